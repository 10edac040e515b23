using Gantry.Images;
using Gantry.Images.Registry;
using Gantry.Spec;

namespace Gantry.Engine.Images;

internal static class StoreOptions
{
    public static ImageStoreOptions From(EngineOptions options) => new()
    {
        DataRoot = options.DataRoot,
        MaxConcurrentDownloads = options.MaxConcurrentDownloads,
        MaxConcurrentUploads = options.MaxConcurrentUploads,
        Registry = new()
        {
            InsecureRegistries = options.InsecureRegistries,
            Mirrors = [.. options.RegistryMirrors.Select(ToMirror)],
            Attempts = options.MaxDownloadAttempts,
            Proxy = ProxySettings.FromEnvironment().With(options.HttpProxy, options.HttpsProxy, options.NoProxy),
            CertificateDirectories = options.CertificateDirectories,
            UserAgent = $"gantry/{options.Version}",
        },
    };

    /// <summary><c>address</c>, or <c>host=address</c> for the mirror of a registry that is not Docker Hub.</summary>
    private static RegistryMirror ToMirror(string mirror)
    {
        var equals = mirror.IndexOf('=');
        var (host, address) = equals > 0 && mirror.AsSpan(0, equals).IndexOf('/') < 0 ? (mirror[..equals], mirror[(equals + 1)..]) : (ImageReference.DefaultDomain, mirror);
        return Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri!.Query.Length == 0
            ? new(host, uri)
            : throw new InvalidArgumentException($"invalid registry mirror {mirror}: an http or https address is wanted, or host=address");
    }
}
