using System.Text.Json;
using Gantry.Images.Content;
using Gantry.Images.Pulling;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images.Archives;

/// <summary>One image found in an archive.</summary>
internal sealed record ArchiveImage(byte[] Manifest, Digest ManifestDigest, string MediaType, ImageManifest Parsed, byte[] Configuration, IReadOnlyList<StagedBlob> Layers, IReadOnlyList<ImageReference> Names)
{
    private const string NameAnnotation = "io.containerd.image.name";
    private const string RefNameAnnotation = "org.opencontainers.image.ref.name";
    private const int Depth = 4;

    /// <summary>The images of a docker archive (<c>manifest.json</c>), else of an OCI layout (<c>index.json</c>).</summary>
    public static IReadOnlyList<ArchiveImage> FindAll(ArchiveContent content, Platform platform)
    {
        if (content.Find(ArchiveManifest.FileName) is { } list)
        {
            return [.. ArchiveContent.Parse(list, ArchiveManifest.FileName, ImageJson.Default.ArchiveManifestArray).Select(m => FromDocker(content, m))];
        }

        if (content.Find("index.json") is { } index)
        {
            var found = new List<ArchiveImage>();
            FromIndex(content, ArchiveContent.Parse(index, "index.json", ImageJson.Default.ImageIndex), platform, null, 0, found);
            return found.Count > 0 ? found : throw new NotFoundException($"archive has no image for {platform}");
        }

        throw new InvalidArgumentException("archive is no image: neither manifest.json nor index.json is in it");
    }

    /// <summary>An image that comes without a manifest gets the one that a push of it would make.</summary>
    /// <param name="beneath">Layers that are in the store already, below <paramref name="layers"/>.</param>
    public static ArchiveImage Author(
        byte[] configuration, IReadOnlyList<StagedBlob> layers, IReadOnlyList<ImageReference> names, IReadOnlyList<Descriptor>? beneath = null)
    {
        var config = new Descriptor { MediaType = MediaTypes.OciConfig, Digest = Digest.Sha256(configuration), Size = configuration.Length };
        var (bytes, digest, manifest) = AuthorManifest(config, [.. beneath ?? [], .. layers.Select(l => new Descriptor { MediaType = LayerType(l), Digest = l.Digest, Size = l.Size })]);
        return new(bytes, digest, MediaTypes.OciManifest, manifest, configuration, layers, names);
    }

    /// <summary>The manifest of our own making: the same for the same content.</summary>
    public static (byte[] Content, Digest Digest, ImageManifest Manifest) AuthorManifest(Descriptor config, IReadOnlyList<Descriptor> layers)
    {
        var manifest = new ImageManifest { SchemaVersion = 2, MediaType = MediaTypes.OciManifest, Config = config, Layers = layers };
        var bytes = JsonSerializer.SerializeToUtf8Bytes(manifest, ImageJson.Canonical.ImageManifest);
        return (bytes, Digest.Sha256(bytes), manifest);
    }

    private static ArchiveImage FromDocker(ArchiveContent content, ArchiveManifest manifest)
    {
        var config = content.Find(manifest.Config) ?? throw Missing(manifest.Config);
        var layers = manifest.Layers.Select(l => content.Find(l) ?? throw Missing(l)).ToList();
        var names = manifest.RepoTags?.Select(ImageReference.Parse).ToList() ?? [];
        return Author(ArchiveContent.ReadDocument(config, manifest.Config), layers, names);
    }

    private static void FromIndex(ArchiveContent content, ImageIndex index, Platform platform, ImageReference? inherited, int depth, List<ArchiveImage> found)
    {
        if (depth > Depth)
        {
            throw new InvalidArgumentException($"index.json of the archive nests deeper than {Depth} levels");
        }

        foreach (var descriptor in index.Manifests)
        {
            var name = NameOf(descriptor) ?? inherited;
            if (descriptor.Platform is { } own && platform.Rank(own) is null)
            {
                continue;
            }

            var blob = content.Find(descriptor.Digest) ?? (depth > 0 ? null : throw Missing(descriptor.Digest.ToString()));
            if (blob is null)
            {
                continue;
            }

            if (MediaTypes.IsIndex(descriptor.MediaType))
            {
                FromIndex(content, ArchiveContent.Parse(blob, descriptor.Digest.ToString(), ImageJson.Default.ImageIndex), platform, name, depth + 1, found);
                continue;
            }

            var bytes = ArchiveContent.ReadDocument(blob, descriptor.Digest.ToString());
            var manifest = PullManifest.ParseManifest(bytes, name ?? ImageReference.Parse("archive"));
            var config = content.Find(manifest.Config.Digest) ?? throw Missing(manifest.Config.Digest.ToString());
            var layers = manifest.Layers.Select(l => content.Find(l.Digest) ?? throw Missing(l.Digest.ToString())).ToList();
            found.Add(new(bytes, blob.Digest, descriptor.MediaType, manifest, ArchiveContent.ReadDocument(config, "config"), layers, name is { } n ? [n] : []));
        }
    }

    /// <summary>The full name where the archive has it; a bare tag names no repository.</summary>
    private static ImageReference? NameOf(Descriptor descriptor)
    {
        if (descriptor.Annotations?.GetValueOrDefault(NameAnnotation) is { } full && ImageReference.TryParse(full, out var name))
        {
            return name.WithDefaultTag();
        }

        return descriptor.Annotations?.GetValueOrDefault(RefNameAnnotation) is { } text && text.AsSpan().ContainsAny('/', ':') && ImageReference.TryParse(text, out name)
            ? name.WithDefaultTag()
            : null;
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

    private static InvalidArgumentException Missing(string name) => new($"archive is incomplete: {name} is not in it");
}
