using Gantry.Images;
using Gantry.Spec;
using Gantry.Spec.Engine;
using Gantry.Spec.Image;

namespace Gantry.Engine.Images;

/// <summary>Manifests, descriptors and platforms in the API's types.</summary>
internal static class ManifestSummaries
{
    public static ImageManifestSummary Summarise(ImagePart part, string[] containers)
    {
        var unpacked = part.Image?.Size ?? 0;
        return new ImageManifestSummary
        {
            ID = part.Descriptor.Digest.ToString(),
            Descriptor = Describe(part.Descriptor),
            Available = part.IsAvailable,
            Size = new() { Content = part.ContentSize, Total = part.ContentSize + unpacked },
            Kind = part.Kind switch { ImagePartKind.Image => "image", ImagePartKind.Attestation => "attestation", _ => "unknown" },
            ImageData = part.Kind != ImagePartKind.Image ? null : new()
            {
                Platform = part.Platform is { } platform ? ToApi(platform) : new(),
                Containers = containers,
                Size = new() { Unpacked = unpacked },
            },
            AttestationData = part.Kind != ImagePartKind.Attestation ? null : new() { For = Attestation.SubjectOf(part.Descriptor)?.ToString() ?? "" },
        };
    }

    public static OciDescriptor Describe(Descriptor descriptor) => new()
    {
        MediaType = descriptor.MediaType,
        Digest = descriptor.Digest.ToString(),
        Size = descriptor.Size,
        Annotations = descriptor.Annotations is { } annotations ? new(annotations, StringComparer.Ordinal) : null,
        Platform = descriptor.Platform is { } platform ? ToApi(platform) : null,
        ArtifactType = descriptor.ArtifactType,
    };

    public static OciPlatform ToApi(Platform platform) => new()
    {
        Architecture = platform.Architecture,
        Os = platform.Os,
        OsVersion = platform.OsVersion,
        OsFeatures = platform.OsFeatures is { } features ? [.. features] : null,
        Variant = platform.Variant,
    };
}
