using System.Text.Json;
using Gantry.Images.Content;
using Gantry.Images.Pulling;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images.Archives;

/// <summary>What an archive names once: one image, or an index with the images of it that are in the archive.</summary>
internal sealed record ArchiveTarget
{
    private const string NameAnnotation = "io.containerd.image.name";
    private const string RefNameAnnotation = "org.opencontainers.image.ref.name";
    private const int Depth = 4;

    public required IReadOnlyList<ImageReference> Names { get; init; }

    public required IReadOnlyList<ArchiveImage> Images { get; init; }

    public Digest? Index { get; init; }

    /// <summary>The index, indexes within it, and attestations with their content: kept as they are.</summary>
    public IReadOnlyList<StagedBlob> Documents { get; init; } = [];

    /// <summary>What an OCI layout (<c>index.json</c>) has, else a docker archive (<c>manifest.json</c>).</summary>
    /// <param name="platforms">Only these; all that is there where none are given.</param>
    public static IReadOnlyList<ArchiveTarget> FindAll(ArchiveContent content, IReadOnlyList<Platform> platforms)
    {
        var list = content.Find(ArchiveManifest.FileName) is { } manifests
            ? ArchiveContent.Parse(manifests, ArchiveManifest.FileName, ImageJson.Default.ArchiveManifestArray)
            : null;
        IReadOnlyList<ArchiveTarget> found = content.Find("index.json") is { } index && (list is null || content.Find(ImageLayout.FileName) is not null)
            ? FromLayout(content, ArchiveContent.Parse(index, "index.json", ImageJson.Default.ImageIndex), list ?? [])
            : list is not null ? [.. list.Select(m => FromDocker(content, m))]
            : throw new InvalidArgumentException("archive is no image: neither manifest.json nor index.json is in it");
        return platforms.Count == 0 ? found : Restrict(found, platforms);
    }

    private static List<ArchiveTarget> Restrict(IReadOnlyList<ArchiveTarget> found, IReadOnlyList<Platform> platforms)
    {
        var all = found.SelectMany(t => t.Images).Select(i => (Image: i, Platform: PlatformOf(i))).ToList();
        var wanted = new HashSet<ArchiveImage>();
        foreach (var platform in platforms)
        {
            var serving = all.Where(i => platform.Rank(i.Platform) is not null).ToList();
            wanted.UnionWith(serving.Count > 0
                ? serving.Select(i => i.Image)
                : throw new NotFoundException($"archive has no image for {platform}: there is {string.Join(", ", all.Select(i => i.Platform.Normalise().ToString()).Distinct())}"));
        }

        return [.. found.Select(t => t with { Images = [.. t.Images.Where(wanted.Contains)] }).Where(t => t.Images.Count > 0)];
    }

    private static Platform PlatformOf(ArchiveImage image)
    {
        try
        {
            return JsonSerializer.Deserialize(image.Configuration, ImageJson.Default.ImageConfiguration)!.Platform;
        }
        catch (JsonException e)
        {
            throw new InvalidArgumentException($"configuration {image.Parsed.Config.Digest} in the archive is not valid: {e.Message}", e);
        }
    }

    private static ArchiveTarget FromDocker(ArchiveContent content, ArchiveManifest manifest)
    {
        var config = content.Find(manifest.Config) ?? throw Missing(manifest.Config);
        var layers = (manifest.Layers ?? []).Select(l => content.Find(l) ?? throw Missing(l)).ToList();
        return new ArchiveTarget { Names = NamesOf(manifest), Images = [ArchiveImage.Author(ArchiveContent.ReadDocument(config, manifest.Config), layers)] };
    }

    private static List<ArchiveTarget> FromLayout(ArchiveContent content, ImageIndex index, IReadOnlyList<ArchiveManifest> list)
    {
        var found = new List<ArchiveTarget>();
        foreach (var same in index.Manifests.Where(m => !Attestation.Is(m)).GroupBy(m => m.Digest))
        {
            var images = new List<ArchiveImage>();
            var documents = new List<StagedBlob>();
            Collect(content, same.First(), 0, images, documents);
            if (images.Count == 0)
            {
                throw Missing(same.Key.ToString());
            }

            // Tools that write both forms put the full names now into one, now into the other.
            var configs = images.Select(i => i.Parsed.Config.Digest).ToHashSet();
            var named = list.Where(m => content.Find(m.Config) is { } config && configs.Contains(config.Digest)).SelectMany(NamesOf);
            found.Add(new ArchiveTarget
            {
                Names = [.. same.Select(NameOf).OfType<ImageReference>().Concat(named).Distinct()],
                Images = images,
                Index = MediaTypes.IsIndex(same.First().MediaType) ? same.Key : null,
                Documents = documents,
            });
        }

        // A name that is there for several platforms is in the end this machine's.
        return [.. found.OrderByDescending(t => t.Images.Min(i => Platform.Current.Rank(PlatformOf(i)) ?? int.MaxValue))];
    }

    /// <summary>The images of a manifest or an index that are in the archive whole; what lacks something of an index is left out.</summary>
    private static void Collect(ArchiveContent content, Descriptor descriptor, int depth, List<ArchiveImage> images, List<StagedBlob> documents)
    {
        if (depth > Depth)
        {
            throw new InvalidArgumentException($"index.json of the archive nests deeper than {Depth} levels");
        }

        var name = descriptor.Digest.ToString();
        if (content.Find(descriptor.Digest) is not { } blob)
        {
            return;
        }

        if (MediaTypes.IsIndex(descriptor.MediaType))
        {
            var index = PullManifest.ParseIndex(ArchiveContent.ReadDocument(blob, name), name);
            documents.Add(blob);
            foreach (var inner in index.Manifests)
            {
                Collect(content, inner, depth + 1, images, documents);
            }
        }
        else if (Attestation.Is(descriptor))
        {
            AddWhole(content, blob, PullManifest.ParseAttestation(ArchiveContent.ReadDocument(blob, name), name), documents);
        }
        else if (depth == 0 || MediaTypes.IsManifest(descriptor.MediaType))
        {
            AddImage(content, blob, descriptor, depth, images);
        }
    }

    private static void AddImage(ArchiveContent content, StagedBlob blob, Descriptor descriptor, int depth, List<ArchiveImage> images)
    {
        var bytes = ArchiveContent.ReadDocument(blob, descriptor.Digest.ToString());
        var manifest = PullManifest.ParseManifest(bytes, descriptor.Digest.ToString());
        var missing = manifest.Layers.Append(manifest.Config).FirstOrDefault(b => content.Find(b.Digest) is null);
        if (missing is null)
        {
            var config = ArchiveContent.ReadDocument(content.Find(manifest.Config.Digest)!, "config");
            images.Add(new(bytes, blob.Digest, descriptor.MediaType, manifest, config, [.. manifest.Layers.Select(l => content.Find(l.Digest)!)]));
        }
        else if (depth == 0)
        {
            throw Missing(missing.Digest.ToString());
        }
    }

    private static void AddWhole(ArchiveContent content, StagedBlob blob, ImageManifest manifest, List<StagedBlob> documents)
    {
        var parts = manifest.Layers.Append(manifest.Config).Select(b => content.Find(b.Digest)).ToList();
        if (!parts.Contains(null))
        {
            documents.Add(blob);
            documents.AddRange(parts.OfType<StagedBlob>());
        }
    }

    private static IReadOnlyList<ImageReference> NamesOf(ArchiveManifest manifest) => [.. manifest.RepoTags?.Select(t => ImageReference.Parse(t).WithDefaultTag()) ?? []];

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

    private static InvalidArgumentException Missing(string name) => new($"archive is incomplete: {name} is not in it");
}
