using System.Buffers;
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
    public Descriptor MakeAttestation(Image image, IReadOnlyList<ImageReference> names, IReadOnlyList<Statement> statements, ContentLease lease)
    {
        var layers = new List<Descriptor>();
        foreach (var statement in statements)
        {
            var document = Write(statement, image, names);
            var digest = Digest.Sha256(document);
            Keep(digest, document, lease);
            layers.Add(new() { MediaType = Attestation.StatementType, Digest = digest, Size = document.Length, Annotations = Annotated(Attestation.PredicateAnnotation, statement.PredicateType) });
        }

        var configuration = JsonSerializer.SerializeToUtf8Bytes(
            new ImageConfiguration { Architecture = Attestation.NoPlatform, Os = Attestation.NoPlatform, Config = new(), RootFs = new() { DiffIds = [.. layers.Select(layer => layer.Digest)] } },
            ImageJson.Canonical.ImageConfiguration);
        var config = new Descriptor { MediaType = MediaTypes.OciConfig, Digest = Digest.Sha256(configuration), Size = configuration.Length };
        Keep(config.Digest, configuration, lease);
        var manifest = ArchiveImage.AuthorManifest(config, layers);
        Keep(manifest.Digest, manifest.Content, lease);
        return Attestation.Of(image.Target.Digest, new() { MediaType = MediaTypes.OciManifest, Digest = manifest.Digest, Size = manifest.Content.Length });
    }

    private static byte[] Write(Statement statement, Image image, IReadOnlyList<ImageReference> names)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("_type", "https://in-toto.io/Statement/v0.1");
            json.WriteString("predicateType", statement.PredicateType);
            json.WriteStartArray("subject");
            foreach (var name in names.Select(name => PackageUrl.Of(name, image.Platform)).DefaultIfEmpty("_"))
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteStartObject("digest");
                json.WriteString(image.Target.Digest.Algorithm, image.Target.Digest.Hex);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WritePropertyName("predicate");
            json.WriteRawValue(statement.Predicate.Span);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static SortedDictionary<string, string> Annotated(string name, string value) => new(StringComparer.Ordinal) { [name] = value };
}
