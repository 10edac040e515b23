using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Gantry.Spec.Build;

/// <summary>
/// A git repository as builds name it: <c>https://host/repo.git#ref:directory</c>, <c>git@host:repo.git</c>,
/// <c>https://host/repo.git?branch=main&amp;subdir=directory</c>.
/// </summary>
public sealed partial record GitAddress
{
    private const string ShorthandHost = "github.com/";

    /// <summary>For git: no password, fragment or query.</summary>
    public required string Remote { get; init; }

    /// <summary><c>http</c>, <c>https</c>, <c>ssh</c> or <c>git</c>.</summary>
    public required string Scheme { get; init; }

    /// <summary>With the port, where there is one.</summary>
    public required string Host { get; init; }

    /// <summary><c>user:password</c> of a web address; null where there is none.</summary>
    public string? Login { get; init; }

    /// <summary>A branch, a tag, a commit or another reference; null for the remote's default branch.</summary>
    public string? Reference { get; init; }

    /// <summary>Of the tree, what is used; empty for all.</summary>
    public string Directory { get; init; } = "";

    /// <summary>The beginning of the commit that <see cref="Reference"/> must lead to.</summary>
    public string? Checksum { get; init; }

    /// <summary>The tree keeps its <c>.git</c>; null where the address does not say.</summary>
    public bool? KeepGitDirectory { get; init; }

    /// <summary>Submodules come too; null where the address does not say.</summary>
    public bool? Submodules { get; init; }

    /// <summary>Written as <c>github.com/…</c>: a path of files may be, too.</summary>
    public bool IsShorthand { get; init; }

    /// <summary>False where the text is none of a repository.</summary>
    /// <exception cref="InvalidArgumentException">It is, and asks for something that cannot be.</exception>
    public static bool TryParse(string text, [NotNullWhen(true)] out GitAddress? address)
    {
        ArgumentNullException.ThrowIfNull(text);
        address = text.StartsWith(ShorthandHost, StringComparison.Ordinal) ? OfUrl("https", text, isShorthand: true)
            : SchemePrefix().Match(text) is { Success: true } scheme ? OfUrl(scheme.Groups[1].Value.ToLowerInvariant(), text[scheme.Length..], isShorthand: false)
            : OfCopyStyle(text);
        return address is not null;
    }

    /// <summary>Whether a reference is a whole commit.</summary>
    public static bool IsCommit(string? reference) => reference is not null && GitQuery.IsCommit(reference);

    /// <summary>The address with what an instruction says of its commit.</summary>
    public GitAddress WithChecksum(string checksum) => Checksum is { } own && own != checksum
        ? throw new InvalidArgumentException($"checksum conflicts: \"{own}\" vs \"{checksum}\"")
        : this with { Checksum = GitQuery.CheckChecksum(checksum) };

    /// <summary>As messages may show it: without a password.</summary>
    public override string ToString() => Remote + (Reference is null && Directory.Length == 0 ? "" : $"#{Reference}") + (Directory.Length == 0 ? "" : $":{Directory}");

    private static GitAddress? OfUrl(string scheme, string rest, bool isShorthand)
    {
        var (place, query, fragment) = Cut(rest);
        var slash = place.IndexOf('/', StringComparison.Ordinal);
        if (scheme is not ("http" or "https" or "ssh" or "git") || slash < 0 || place.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            return null;
        }

        var (authority, path) = (place[..slash], place[slash..]);
        var at = authority.LastIndexOf('@');
        var host = authority[(at + 1)..];
        var isWeb = scheme is "http" or "https";
        if (host.Length == 0 || host.StartsWith('-') || path.Length == 1 || (isWeb && !isShorthand && !path.EndsWith(".git", StringComparison.Ordinal)))
        {
            return null;
        }

        var login = at < 0 ? null : authority[..at];
        var user = scheme == "ssh" && login is not null ? login.Split(':')[0] + "@" : "";
        return With(
            new()
            {
                Remote = $"{scheme}://{user}{host}{path}",
                Scheme = scheme,
                Host = host,
                Login = isWeb && login is { Length: > 0 } ? Uri.UnescapeDataString(login) : null,
                IsShorthand = isShorthand,
            },
            query,
            fragment);
    }

    /// <summary><c>user@host:path</c>, as scp(1) has it.</summary>
    private static GitAddress? OfCopyStyle(string text)
    {
        var (place, query, fragment) = Cut(text);
        return CopyStyle().Match(place) is { Success: true } match
            ? With(new() { Remote = place, Scheme = "ssh", Host = match.Groups[1].Value }, query, fragment)
            : null;
    }

    private static (string Place, string Query, string Fragment) Cut(string text)
    {
        var (before, fragment) = text.Split('#', 2) is [var first, var last] ? (first, last) : (text, "");
        return before.Split('?', 2) is [var place, var query] ? (place, query, fragment) : (before, "", fragment);
    }

    private static GitAddress With(GitAddress address, string query, string fragment)
    {
        var (reference, directory) = Uri.UnescapeDataString(fragment).Split(':', 2) is [var left, var right] ? (left, right) : (Uri.UnescapeDataString(fragment), "");
        var said = GitQuery.Parse(query, reference, directory);
        return address with
        {
            Reference = said.Reference,
            Directory = string.Join('/', said.Directory.Split('/').Where(part => part is not ("" or "."))),
            Checksum = said.Checksum,
            KeepGitDirectory = said.KeepGitDirectory,
            Submodules = said.Submodules,
        };
    }

    [GeneratedRegex("^([a-zA-Z0-9]+)://")]
    private static partial Regex SchemePrefix();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_-]*@([A-Za-z0-9][A-Za-z0-9.-]*):[^\s-]\S*\z")]
    private static partial Regex CopyStyle();
}
