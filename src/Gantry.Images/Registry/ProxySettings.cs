using System.Net;
using Gantry.Spec;

namespace Gantry.Images.Registry;

/// <summary>Which proxy a request goes through, as curl(1) and Go read the environment. Loopback is always reached directly.</summary>
public sealed record ProxySettings(Uri? Http, Uri? Https, IReadOnlyList<string> Except) : IWebProxy
{
    public static ProxySettings None { get; } = new(null, null, []);

    /// <summary>Names and passwords stand in the address (<c>http://name:password@proxy:3128</c>).</summary>
    public ICredentials? Credentials { get; set; } = new AddressCredentials(Http, Https);

    /// <summary>From HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in either case.</summary>
    public static ProxySettings FromEnvironment() => None.With(Variable("HTTP_PROXY"), Variable("HTTPS_PROXY"), Variable("NO_PROXY"));

    /// <summary>What is given takes the place of what is here.</summary>
    public ProxySettings With(string? http, string? https, string? except) => new(
        http is null ? Http : Parse(http),
        https is null ? Https : Parse(https),
        except is null ? Except : except.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : destination.Scheme == Uri.UriSchemeHttps ? Https : Http;

    public bool IsBypassed(Uri host)
    {
        var (name, address) = (host.IdnHost, IPAddress.TryParse(host.IdnHost, out var parsed) ? parsed : null);
        return name == "localhost" || (address is not null && IPAddress.IsLoopback(address)) || (host.Scheme == Uri.UriSchemeHttps ? Https : Http) is null
            || Except.Any(e => Matches(e, host, name, address));
    }

    private static bool Matches(string except, Uri host, string name, IPAddress? address)
    {
        if (except == "*")
        {
            return true;
        }

        if (address is not null && IPNetwork.TryParse(except, out var network))
        {
            return network.Contains(address);
        }

        var colon = except.LastIndexOf(':');
        if (colon > 0 && int.TryParse(except.AsSpan(colon + 1), out var port))
        {
            return port == host.Port && Matches(except[..colon], host, name, address);
        }

        var bare = except.StartsWith("*.", StringComparison.Ordinal) ? except[2..] : except.TrimStart('.');
        return name.Equals(bare, StringComparison.OrdinalIgnoreCase) || name.EndsWith("." + bare, StringComparison.OrdinalIgnoreCase);
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) ?? Environment.GetEnvironmentVariable(name.ToLowerInvariant());

    private static Uri? Parse(string text) => text.Length == 0 ? null
        : Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "socks5" ? uri
        : throw new InvalidArgumentException($"invalid proxy {text}: want http://host:port");

    private sealed class AddressCredentials(params Uri?[] proxies) : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType) =>
            proxies.FirstOrDefault(p => p?.Authority == uri.Authority)?.UserInfo.Split(':', 2) is [{ Length: > 0 } name, .. var rest]
                ? new NetworkCredential(Uri.UnescapeDataString(name), Uri.UnescapeDataString(rest.Length > 0 ? rest[0] : ""))
                : null;
    }
}
