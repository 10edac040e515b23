using Gantry.Spec;

namespace Gantry.Images;

/// <summary>How attestations name an image: a package URL (https://github.com/package-url/purl-spec).</summary>
public static class PackageUrl
{
    public static string Of(ImageReference reference, Platform platform)
    {
        ArgumentNullException.ThrowIfNull(platform);
        var qualifiers = new List<string>();
        if (reference.Digest is { } digest)
        {
            qualifiers.Add($"digest={Uri.EscapeDataString(digest.ToString())}");
        }

        qualifiers.Add($"platform={Uri.EscapeDataString(platform.ToString())}");
        return $"pkg:docker/{reference.FamiliarName}{(reference.Tag is { } tag ? "@" + tag : "")}?{string.Join('&', qualifiers)}";
    }

    /// <summary>Of an image in an OCI layout: one of type oci.</summary>
    /// <param name="name">What the layout is called.</param>
    public static string OfLayout(string name, Digest target, Platform platform)
    {
        ArgumentNullException.ThrowIfNull(platform);
        return $"pkg:oci/{Uri.EscapeDataString(name)}?digest={Uri.EscapeDataString(target.ToString())}&platform={Uri.EscapeDataString(platform.ToString())}";
    }
}
