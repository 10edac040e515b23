namespace Gantry.Spec.Build;

/// <summary>Tells contexts that are addresses from directories.</summary>
public static class ContextAddress
{
    /// <summary>Begins a context that is an image.</summary>
    public const string Image = "docker-image://";

    /// <summary>Begins a context that is an image of this daemon, which no registry is asked for.</summary>
    public const string BuiltImage = "gantry-image://";

    /// <summary>The name of the image that a context is; null for another.</summary>
    public static string? ImageOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith(Image, StringComparison.Ordinal) ? text[Image.Length..] : text.StartsWith(BuiltImage, StringComparison.Ordinal) ? text[BuiltImage.Length..] : null;
    }

    /// <summary>The daemon fetches it: a git repository, or something of a web server.</summary>
    public static bool IsRemote(string text) => IsWeb(text) || IsGit(text);

    /// <summary>One of a git repository.</summary>
    public static bool IsGit(string text) => GitAddress.TryParse(text, out _);

    /// <summary>An address of a web server, which may be one of a repository.</summary>
    public static bool IsWeb(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>With <c>xxxxx</c> in place of a user and of a password, as BuildKit shows addresses in what it says of images.</summary>
    public static string Redact(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        const string Begin = "://";
        var begin = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        if (begin < Begin.Length)
        {
            return text;
        }

        var authority = text[begin..].Split('/', '?', '#')[0];
        var at = authority.LastIndexOf('@');
        return at <= 0 ? text : $"{text[..begin]}{(authority[..at].Contains(':') ? "xxxxx:xxxxx" : "xxxxx")}{text[(begin + at)..]}";
    }

    /// <summary>As messages may show it: without a password.</summary>
    public static string Describe(string text) => GitAddress.TryParse(text, out var repository) ? repository.ToString()
        : Uri.TryCreate(text, UriKind.Absolute, out var url) ? url.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.UserInfo, UriFormat.UriEscaped)
        : text;
}
