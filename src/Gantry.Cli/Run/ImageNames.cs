using Gantry.Spec;

namespace Gantry.Cli.Run;

/// <summary>Image names as users type and read them.</summary>
internal static class ImageNames
{
    /// <exception cref="FormatException">The text names no image.</exception>
    public static ImageReference Check(string text) =>
        ImageReference.TryParse(text, out var reference) ? reference : throw new FormatException(text.AsSpan().ContainsAnyInRange('A', 'Z') && LowerParses(text)
            ? $"invalid reference format: repository name ({RepositoryOf(text)}) must be lowercase"
            : "invalid reference format");

    /// <summary>A whole or shortened hexadecimal id, with or without algorithm, is for the daemon to look up.</summary>
    public static bool IsIdentifier(string text) =>
        text.StartsWith("sha256:", StringComparison.Ordinal) || (text.Length == 64 && text.All(char.IsAsciiHexDigitLower));

    public static string WithTag(string text) => ImageReference.TryParse(text, out var reference) ? reference.WithDefaultTag().Familiar : text;

    private static bool LowerParses(string text) => ImageReference.TryParse(text.ToLowerInvariant(), out _);

    private static string RepositoryOf(string text)
    {
        var name = text.Split('@')[0];
        var colon = name.LastIndexOf(':');
        if (colon > name.LastIndexOf('/')) name = name[..colon];
        return name.Contains('/', StringComparison.Ordinal) ? name : "library/" + name;
    }
}
