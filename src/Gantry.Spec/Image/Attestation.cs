namespace Gantry.Spec.Image;

/// <summary>A manifest that says something of another one in the same index, as BuildKit stores it ("Image Attestation Storage").</summary>
public static class Attestation
{
    private const string TypeAnnotation = "vnd.docker.reference.type";
    private const string SubjectAnnotation = "vnd.docker.reference.digest";
    private const string Type = "attestation-manifest";

    /// <summary>The media type of what is said, a layer of the manifest.</summary>
    public const string StatementType = "application/vnd.in-toto+json";

    /// <summary>What a manifest of statements is, where it points at what they are of.</summary>
    public const string ArtifactType = "application/vnd.docker.attestation.manifest.v1+json";

    /// <summary>Says of a layer what kind of thing it says.</summary>
    public const string PredicateAnnotation = "in-toto.io/predicate-type";

    /// <summary>What it has for an operating system and an architecture.</summary>
    public const string NoPlatform = "unknown";

    public static bool Is(Descriptor manifest) => manifest.Annotations?.GetValueOrDefault(TypeAnnotation) == Type;

    /// <summary>The manifest that an attestation is for; null where it is none or does not say.</summary>
    public static Digest? SubjectOf(Descriptor manifest) =>
        Is(manifest) && Digest.TryParse(manifest.Annotations!.GetValueOrDefault(SubjectAnnotation), out var subject) ? subject : null;

    /// <summary>A manifest as an index lists it.</summary>
    public static Descriptor Of(Digest subject, Descriptor manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return manifest with
        {
            Platform = new() { Architecture = NoPlatform, Os = NoPlatform },
            Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal) { [SubjectAnnotation] = subject.ToString(), [TypeAnnotation] = Type },
        };
    }
}
