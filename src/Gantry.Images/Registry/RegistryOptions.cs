using System.Net;

namespace Gantry.Images.Registry;

public sealed record RegistryOptions
{
    /// <summary>Hosts, with a port where it is not the usual one, or networks of addresses (<c>10.0.0.0/8</c>), that may be spoken to without TLS or without verifying it. Loopback always may.</summary>
    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];

    /// <summary>Asked before the registry they mirror, in this order.</summary>
    public IReadOnlyList<RegistryMirror> Mirrors { get; init; } = [];

    public ProxySettings Proxy { get; init; } = ProxySettings.None;

    /// <summary>Directories with one for each registry (<c>host:port/</c>): <c>*.crt</c> are authorities, <c>*.cert</c> with <c>*.key</c> are ours. The first that is there counts.</summary>
    public IReadOnlyList<string> CertificateDirectories { get; init; } = [];

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a registry may be silent, before an answer or within one.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Tries of one request, or of one download without any progress.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>The first pause between tries; each further one is twice as long.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Bytes of a manifest (distribution specification, "Pushing Manifests": at least 4 MB must be taken).</summary>
    public int ManifestLimit { get; init; } = 4 * 1024 * 1024;

    /// <summary>Bytes of an image configuration.</summary>
    public int ConfigurationLimit { get; init; } = 8 * 1024 * 1024;

    public string UserAgent { get; init; } = "gantry";

    internal bool IsInsecure(string domain)
    {
        var host = domain.StartsWith('[') ? domain[1..domain.IndexOf(']')] : domain.Split(':')[0];
        return host == "localhost" || InsecureRegistries.Contains(domain) || InsecureRegistries.Contains(host)
            || (IPAddress.TryParse(host, out var address) && (IPAddress.IsLoopback(address) || InsecureRegistries.Any(r => IPNetwork.TryParse(r, out var network) && network.Contains(address))));
    }
}

/// <param name="Domain">The registry it stands in for; <c>docker.io</c> for Docker Hub.</param>
public sealed record RegistryMirror(string Domain, Uri Address);
