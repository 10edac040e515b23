using System.Net;
using System.Net.Security;
using Gantry.Spec;
using Gantry.Spec.Distribution;

namespace Gantry.Images.Registry;

/// <summary>Connections to registries, shared by all operations.</summary>
public sealed class RegistryClient : IDisposable
{
    internal const string HubHost = "registry-1.docker.io";
    private readonly HttpClient verified;
    private readonly HttpClient unverified;

    public RegistryClient(RegistryOptions options)
    {
        Options = options;
        verified = Create(options, verify: true);
        unverified = Create(options, verify: false);
    }

    internal RegistryOptions Options { get; }

    public void Dispose()
    {
        verified.Dispose();
        unverified.Dispose();
    }

    /// <summary>The registries that may have an image, in the order in which to ask them.</summary>
    internal IReadOnlyList<RegistrySession> Open(ImageReference reference, RegistryAuth? auth)
    {
        var sessions = new List<RegistrySession>();
        if (reference.Domain == ImageReference.DefaultDomain)
        {
            foreach (var mirror in Options.Mirrors)
            {
                var insecure = mirror.Scheme == Uri.UriSchemeHttp || Options.IsInsecure(mirror.Authority);
                // A mirror is another party: it does not get the credentials for Docker Hub.
                sessions.Add(new RegistrySession(insecure ? unverified : verified, Options, mirror, insecure, reference, null));
            }
        }

        sessions.Add(OpenOwn(reference, auth, RegistryAccess.Pull));
        return sessions;
    }

    /// <summary>The registry itself, never a mirror.</summary>
    internal RegistrySession OpenOwn(ImageReference reference, RegistryAuth? auth, RegistryAccess access)
    {
        var hub = reference.Domain == ImageReference.DefaultDomain;
        var plain = !hub && Options.IsInsecure(reference.Domain);
        var address = new Uri($"{(plain ? "http" : "https")}://{(hub ? HubHost : reference.Domain)}/");
        return new RegistrySession(plain ? unverified : verified, Options, address, plain, reference, auth, access);
    }

    private static HttpClient Create(RegistryOptions options, bool verify)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.ConnectTimeout,
            UseCookies = false,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            MaxResponseHeadersLength = 64,
        };
        if (!verify)
        {
#pragma warning disable CA5359 // The user has named this registry as insecure, or it is on loopback.
            handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true };
#pragma warning restore CA5359
        }

        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", options.UserAgent);
        return client;
    }
}
