using System.Text.Json;
using Gantry.Images.Content;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images.Archives;

/// <summary>One image found in an archive.</summary>
internal sealed record ArchiveImage(byte[] Manifest, Digest ManifestDigest, string MediaType, ImageManifest Parsed, byte[] Configuration, IReadOnlyList<StagedBlob> Layers)
{
    public Descriptor Descriptor => new() { MediaType = MediaType, Digest = ManifestDigest, Size = Manifest.Length };

    /// <summary>An image that comes without a manifest gets the one that a push of it would make.</summary>
    /// <param name="beneath">Layers that are in the store already, below <paramref name="layers"/>.</param>
    /// <param name="annotations">Of the manifest; null for none.</param>
    public static ArchiveImage Author(
        byte[] configuration, IReadOnlyList<StagedBlob> layers, IReadOnlyList<Descriptor>? beneath = null, IReadOnlyDictionary<string, string>? annotations = null)
    {
        var config = new Descriptor { MediaType = MediaTypes.OciConfig, Digest = Digest.Sha256(configuration), Size = configuration.Length };
        var (bytes, digest, manifest) = AuthorManifest(config, [.. beneath ?? [], .. layers.Select(l => new Descriptor { MediaType = LayerType(l), Digest = l.Digest, Size = l.Size })], annotations);
        return new(bytes, digest, MediaTypes.OciManifest, manifest, configuration, layers);
    }

    /// <summary>The manifest of our own making: the same for the same content.</summary>
    public static (byte[] Content, Digest Digest, ImageManifest Manifest) AuthorManifest(
        Descriptor config, IReadOnlyList<Descriptor> layers, IReadOnlyDictionary<string, string>? annotations = null, (string Type, Descriptor Subject)? artifact = null)
    {
        var manifest = new ImageManifest
        {
            SchemaVersion = 2, MediaType = MediaTypes.OciManifest, ArtifactType = artifact?.Type, Config = config, Layers = layers, Subject = artifact?.Subject, Annotations = annotations,
        };
        var bytes = JsonSerializer.SerializeToUtf8Bytes(manifest, ImageJson.Canonical.ImageManifest);
        return (bytes, Digest.Sha256(bytes), manifest);
    }

    private static string LayerType(StagedBlob layer)
    {
        using var stream = layer.OpenRead();
        Span<byte> head = stackalloc byte[4];
        stream.ReadAtLeast(head, 4, throwOnEndOfStream: false);
        return head switch
        {
            [0x1F, 0x8B, ..] => MediaTypes.OciLayerGzip,
            [0x28, 0xB5, 0x2F, 0xFD] => MediaTypes.OciLayerZstd,
            _ => MediaTypes.OciLayer,
        };
    }
}
