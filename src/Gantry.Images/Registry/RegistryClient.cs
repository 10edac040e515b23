using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using Gantry.Spec;
using Gantry.Spec.Distribution;

namespace Gantry.Images.Registry;

/// <summary>Connections to registries, shared by all operations.</summary>
public sealed class RegistryClient(RegistryOptions options) : IDisposable
{
    internal const string HubHost = "registry-1.docker.io";
    private const string HubIndex = "index.docker.io";
    private readonly ConcurrentDictionary<(string Host, bool Verify), HttpClient> clients = new();

    internal RegistryOptions Options { get; } = options;

    public void Dispose()
    {
        foreach (var client in clients.Values)
        {
            client.Dispose();
        }
    }

    /// <summary>The registries that may have an image, in the order in which to ask them: mirrors, then its own.</summary>
    /// <param name="insecure">As if the registry were named as insecure in the daemon's configuration.</param>
    internal IReadOnlyList<RegistrySession> Open(ImageReference reference, RegistryAuth? auth, bool insecure = false)
    {
        // A mirror is another party: it does not get the credentials for the registry.
        var mirrors = Options.Mirrors.Where(m => m.Domain == reference.Domain).Select(m =>
            Open(m.Address, m.Address.Scheme == Uri.UriSchemeHttp || Options.IsInsecure(m.Address.Authority), reference, null, RegistryAccess.Pull));
        return [.. mirrors, OpenOwn(reference, auth, RegistryAccess.Pull, insecure)];
    }

    /// <summary>The registry itself, never a mirror.</summary>
    internal RegistrySession OpenOwn(ImageReference reference, RegistryAuth? auth, RegistryAccess access, bool insecure = false) => OpenOwn(HubHost, reference, auth, access, insecure);

    /// <summary>Where a registry is searched: Docker Hub has a host of its own for that.</summary>
    internal RegistrySession OpenIndex(ImageReference reference, RegistryAuth? auth) => OpenOwn(HubIndex, reference, auth, RegistryAccess.Login, false);

    private RegistrySession OpenOwn(string hubHost, ImageReference reference, RegistryAuth? auth, RegistryAccess access, bool insecure)
    {
        var hub = reference.Domain == ImageReference.DefaultDomain;
        insecure = !hub && (insecure || Options.IsInsecure(reference.Domain));
        return Open(new Uri($"{(insecure ? "http" : "https")}://{(hub ? hubHost : reference.Domain)}/"), insecure, reference, auth, access);
    }

    private RegistrySession Open(Uri address, bool insecure, ImageReference reference, RegistryAuth? auth, RegistryAccess access)
    {
        // Certificates are for one host; where there are none, all hosts share connections.
        var certificates = RegistryCertificates.Find(Options.CertificateDirectories, address.Authority);
        var http = clients.GetOrAdd((certificates is null ? "" : address.Authority, !insecure), key => Create(certificates, key.Verify));
        return new RegistrySession(http, Options, address, insecure, reference, auth, access);
    }

    private HttpClient Create(RegistryCertificates? certificates, bool verify)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = Options.ConnectTimeout,
            UseCookies = false,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            MaxResponseHeadersLength = 64,
            Proxy = Options.Proxy,
            SslOptions = certificates?.ToOptions(verify) ?? new SslClientAuthenticationOptions(),
        };
        if (!verify)
        {
#pragma warning disable CA5359 // The user has named this registry as insecure, or it is on loopback.
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", Options.UserAgent);
        return client;
    }
}
