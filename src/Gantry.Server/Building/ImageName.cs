using Gantry.Spec;

namespace Gantry.Server.Building;

internal static class ImageName
{
    /// <summary>A name that a build gives: with its tag, and not by a digest, which nobody knows yet.</summary>
    public static ImageReference OfBuild(string text)
    {
        var reference = ImageReference.Parse(text);
        return reference.Digest is null ? reference.WithDefaultTag() : throw new InvalidArgumentException($"build tag {text} cannot contain a digest");
    }
}
