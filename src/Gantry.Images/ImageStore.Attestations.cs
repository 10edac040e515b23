using System.Text.Json;
using Gantry.Images.Archives;
using Gantry.Images.Content;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    /// <summary>Makes the manifest of what is said of an image that was made (docs of BuildKit, "Image Attestation Storage"), for <see cref="MakeIndex"/>.</summary>
    /// <param name="names">What the image is called.</param>
    /// <param name="asArtifact">It points at the image (OCI manifest.md, "subject"), and looks like none itself.</param>
    public Descriptor MakeAttestation(Image image, IReadOnlyList<ImageReference> names, IReadOnlyList<Statement> statements, bool asArtifact, ContentLease lease)
    {
        var layers = new List<Descriptor>();
        IReadOnlyList<(string, Digest)> subjects = [.. names.Select(name => PackageUrl.Of(name, image.Platform)).DefaultIfEmpty("_").Select(name => (name, image.Target.Digest))];
        foreach (var statement in statements)
        {
            var document = statement.Write(subjects, indented: false);
            var digest = Digest.Sha256(document);
            Keep(digest, document, lease);
            layers.Add(new() { MediaType = Attestation.StatementType, Digest = digest, Size = document.Length, Annotations = Annotated(Attestation.PredicateAnnotation, statement.PredicateType) });
        }

        var configuration = asArtifact ? "{}"u8.ToArray() : JsonSerializer.SerializeToUtf8Bytes(
            new ImageConfiguration { Architecture = Attestation.NoPlatform, Os = Attestation.NoPlatform, Config = new(), RootFs = new() { DiffIds = [.. layers.Select(layer => layer.Digest)] } },
            ImageJson.Canonical.ImageConfiguration);
        var config = new Descriptor
        {
            MediaType = asArtifact ? MediaTypes.OciEmpty : MediaTypes.OciConfig,
            Digest = Digest.Sha256(configuration),
            Size = configuration.Length,
            Data = asArtifact ? Convert.ToBase64String(configuration) : null,
        };
        Keep(config.Digest, configuration, lease);
        var manifest = ArchiveImage.AuthorManifest(config, layers, artifact: asArtifact ? (Attestation.ArtifactType, image.Target) : null);
        Keep(manifest.Digest, manifest.Content, lease);
        return Attestation.Of(image.Target.Digest, new() { MediaType = MediaTypes.OciManifest, Digest = manifest.Digest, Size = manifest.Content.Length });
    }

    private static SortedDictionary<string, string> Annotated(string name, string value) => new(StringComparer.Ordinal) { [name] = value };
}
