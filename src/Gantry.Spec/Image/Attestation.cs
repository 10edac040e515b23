namespace Gantry.Spec.Image;

/// <summary>A manifest that says something of another one in the same index, as BuildKit stores it ("Image Attestation Storage").</summary>
public static class Attestation
{
    private const string TypeAnnotation = "vnd.docker.reference.type";
    private const string SubjectAnnotation = "vnd.docker.reference.digest";
    private const string Type = "attestation-manifest";

    public static bool Is(Descriptor manifest) => manifest.Annotations?.GetValueOrDefault(TypeAnnotation) == Type;

    /// <summary>The manifest that an attestation is for; null where it is none or does not say.</summary>
    public static Digest? SubjectOf(Descriptor manifest) =>
        Is(manifest) && Digest.TryParse(manifest.Annotations!.GetValueOrDefault(SubjectAnnotation), out var subject) ? subject : null;
}
