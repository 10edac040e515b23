using System.Globalization;
using Gantry.Spec;

namespace Gantry.Engine.Logs.Drivers;

/// <summary>A receiver's address: <c>scheme://host:port</c> or <c>scheme:///path</c>.</summary>
internal sealed record LogAddress(string Scheme, string Host, int? Port, string Path)
{
    public static LogAddress Parse(string text)
    {
        var colon = text.IndexOf("://", StringComparison.Ordinal);
        if (colon <= 0)
        {
            return new(colon < 0 && text.IndexOf(':', StringComparison.Ordinal) is > 0 and var end ? text[..end] : "", "", null, "");
        }

        var (scheme, rest) = (text[..colon], text[(colon + 3)..]);
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (authority, path) = slash < 0 ? (rest, "") : (rest[..slash], rest[slash..]);
        var bracket = authority.IndexOf(']', StringComparison.Ordinal);
        var separator = authority.LastIndexOf(':');
        if (separator <= bracket)
        {
            return new(scheme, Unbracket(authority), null, path);
        }

        return ushort.TryParse(authority.AsSpan(separator + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? new(scheme, Unbracket(authority[..separator]), port, path)
            : throw new InvalidArgumentException($"invalid port in \"{text}\"");
    }

    private static string Unbracket(string host) => host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
}
