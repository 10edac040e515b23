using Gantry.Spec;

namespace Gantry.Build.Attestations;

/// <summary>Who lists what is in an image (docs of BuildKit, "SBOM attestation").</summary>
/// <param name="Generator">An image whose program does it.</param>
/// <param name="Parameters">What it is told besides, as variables.</param>
public sealed record SbomOptions(ImageReference Generator, IReadOnlyDictionary<string, string> Parameters)
{
    private const string GeneratorKey = "generator";
    private const string Stock = "docker/buildkit-syft-scanner:stable-1";

    internal static SbomOptions Parse(Dictionary<string, string> fields)
    {
        var generator = fields.Remove(GeneratorKey, out var given) ? given : Stock;
        return new(
            ImageReference.TryParse(generator, out var reference) ? reference.WithDefaultTag() : throw new InvalidArgumentException($"invalid generator {generator} of an sbom: it must be the name of an image"),
            fields);
    }
}
