using System.Diagnostics.CodeAnalysis;

namespace Gantry.Spec.Build;

/// <summary>A context that is an image in an OCI layout: <c>oci-layout://place:tag@digest</c> (docs of buildx, <c>--build-context</c>).</summary>
/// <param name="Place">A directory, or the name the client gave it.</param>
/// <param name="Tag">Null where it is not said.</param>
/// <param name="Digest">Null where it is not said.</param>
public sealed record LayoutAddress(string Place, string? Tag, Digest? Digest)
{
    private const string Scheme = "oci-layout://";

    /// <returns>False for what is no such address.</returns>
    /// <exception cref="InvalidArgumentException">It is one, and wrong.</exception>
    public static bool TryParse(string? text, [NotNullWhen(true)] out LayoutAddress? address)
    {
        address = null;
        if (text?.StartsWith(Scheme, StringComparison.Ordinal) != true)
        {
            return false;
        }

        var (named, digest) = Cut(text[Scheme.Length..], '@');
        var (place, tag) = Cut(named, ':');
        address = place.Length > 0 ? new(place, tag, digest is null ? null : Spec.Digest.Parse(digest)) : throw new InvalidArgumentException($"invalid context {text}: it names no directory");
        return true;
    }

    public override string ToString() => $"{Scheme}{Place}{(Tag is null ? "" : ":" + Tag)}{(Digest is { } digest ? $"@{digest}" : "")}";

    private static (string Before, string? After) Cut(string text, char separator) => text.IndexOf(separator, StringComparison.Ordinal) is >= 0 and var at ? (text[..at], text[(at + 1)..]) : (text, null);
}
