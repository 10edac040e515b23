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

    /// <summary>A repository that knows an image by its digest alone.</summary>
    public static ImageReference OfPushByDigest(string text)
    {
        var reference = ImageReference.Parse(text);
        return reference.IsNameOnly ? reference : throw new InvalidArgumentException($"can't push tagged ref {text} by digest: name the repository alone");
    }
}
