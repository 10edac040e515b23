using Gantry.Spec;

namespace Gantry.Client;

/// <summary><c>ssh://[user@]host[:port][/path of the socket]</c>.</summary>
/// <param name="Text">As the user wrote it.</param>
/// <param name="User">Empty: ssh decides.</param>
/// <param name="Name">The host's.</param>
/// <param name="Port">Empty: ssh decides.</param>
/// <param name="Path">The socket there; empty for that machine's default.</param>
public sealed record SshHost(string Text, string User, string Name, string Port, string Path)
{
    /// <exception cref="InvalidArgumentException">It is not of this form.</exception>
    public static SshHost Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var rest = text["ssh://".Length..];
        if (rest.AsSpan().ContainsAny('?', '#')) throw Wrong($"query or fragment after the address in {text}");
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (authority, path) = slash < 0 ? (rest, "") : (rest[..slash], rest[slash..].TrimEnd('/'));
        var at = authority.LastIndexOf('@');
        var (user, place) = at < 0 ? ("", authority) : (authority[..at], authority[(at + 1)..]);
        if (user.Contains(':', StringComparison.Ordinal)) throw Wrong("plain-text password is not supported");
        var colon = place.LastIndexOf(':');
        var (name, port) = colon < 0 || place.EndsWith(']') ? (place, "") : (place[..colon], place[(colon + 1)..]);
        name = name.Trim('[', ']');
        if (name.Length == 0) throw Wrong("hostname is empty");
        // ssh(1) would take it for an option.
        if (name[0] == '-' || user.StartsWith('-') || port.Any(c => !char.IsAsciiDigit(c))) throw Wrong($"{text} is not user@host:port");
        return new SshHost(text, Uri.UnescapeDataString(user), name, port, path);
    }

    private static InvalidArgumentException Wrong(string why) => new($"Failed to initialize: ssh host connection is not valid: invalid SSH URL: {why}");
}
