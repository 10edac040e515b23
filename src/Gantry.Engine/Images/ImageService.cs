using Gantry.Engine.Backends;
using Gantry.Engine.Containers;
using Gantry.Images;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Images;

/// <summary>The image endpoints' backend, over the image store.</summary>
internal sealed partial class ImageService(ImageStore store, ImageEvents events, ContainerStore containers) : IImageBackend
{
    public Task<IReadOnlyList<ImageSummary>> ListImagesAsync(ImageListOptions options, CancellationToken cancellationToken)
    {
        var filter = new ImageFilter(options.Filters, store.Resolve);
        return Task.FromResult<IReadOnlyList<ImageSummary>>([.. store.List().Where(filter.Matches).Select(image => Summarise(image, filter, options))]);
    }

    public Task<ImageInspectResponse> InspectImageAsync(string image, Platform? platform, bool manifests, CancellationToken cancellationToken)
    {
        var found = store.Resolve(image, platform);
        var configuration = found.Configuration;
        return Task.FromResult(new ImageInspectResponse
        {
            Id = found.Id.ToString(),
            RepoTags = [.. found.RepoTags],
            RepoDigests = [.. found.RepoDigests],
            Parent = found.Parent?.ToString() ?? "",
            Comment = configuration.Comment ?? "",
            Created = configuration.Created,
            DockerVersion = configuration.DockerVersion ?? "",
            Author = configuration.Author ?? "",
            Config = ImageConfigs.ToInspect(found.Config),
            Architecture = configuration.Architecture,
            Variant = configuration.Variant,
            Os = configuration.Os,
            OsVersion = configuration.OsVersion,
            Size = found.Size,
            GraphDriver = new() { Name = "overlay2", Data = DirectoriesOf(found) },
            RootFS = new() { Layers = [.. found.DiffIds.Select(digest => digest.ToString())] },
            Metadata = new() { LastTagTime = found.LastTagged is { } time ? GoTime.Format(time) : GoTime.Zero },
            Descriptor = ManifestSummaries.Describe(platform is null ? store.TargetOf(found) : found.Target with { Platform = found.Platform }),
            Manifests = manifests ? Manifests(found) : null,
        });
    }

    public Task<IReadOnlyList<ImageHistoryItem>> ImageHistoryAsync(string image, Platform? platform, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ImageHistoryItem>>([.. store.History(store.Resolve(image, platform)).Select(step => new ImageHistoryItem
        {
            Id = step.Id?.ToString() ?? "<missing>",
            Created = step.Created?.ToUnixTimeSeconds() ?? 0,
            CreatedBy = step.CreatedBy,
            Comment = step.Comment,
            Size = step.Size,
            Tags = step.Tags.Count > 0 ? [.. step.Tags] : null,
        })]);

    public Task TagAsync(string image, string repository, string? tag, CancellationToken cancellationToken)
    {
        var name = ImageReference.Parse(repository);
        if (!name.IsNameOnly)
        {
            throw new InvalidArgumentException($"invalid reference format: {repository} has a tag or digest already");
        }

        if (name.FamiliarName == "sha256")
        {
            throw new InvalidArgumentException("refusing to create an ambiguous tag using digest algorithm as name");
        }

        name = tag is { Length: > 0 } ? name.WithTag(tag) : name.WithDefaultTag();
        store.Tag(image, name);
        events.Publish("tag", store.Resolve(image).Id.ToString(), name.Familiar);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<ImageDeleteItem>> RemoveImageAsync(string image, IReadOnlyList<Platform> platforms, bool force, bool prune, CancellationToken cancellationToken)
    {
        var ids = store.ResolveAll(image).Select(found => found.Id.ToString()).ToList();
        return Task.FromResult(Announced(ids, store.Remove(image, force, platforms)));
    }

    /// <summary>As <see cref="ImageStore.RemoveUnused"/>, with the events.</summary>
    public IReadOnlyList<ImageDeleteItem> RemoveUnused(Image image) =>
        Announced([.. store.AllOf(image).Select(one => one.Id.ToString())], store.RemoveUnused(image.Id));

    /// <param name="ids">Of the image for each platform, the one it is known by first.</param>
    private IReadOnlyList<ImageDeleteItem> Announced(List<string> ids, IReadOnlyList<ImageRemoval> removed)
    {
        foreach (var item in removed)
        {
            if (item.Untagged is not null)
            {
                events.Publish("untag", ids[0], ids[0]);
            }
            else if (item.Deleted is { } deleted && ids.Contains(deleted))
            {
                events.Publish("delete", deleted, deleted);
            }
        }

        return [.. removed.Select(item => new ImageDeleteItem { Untagged = item.Untagged, Deleted = item.Deleted })];
    }

    private ImageSummary Summarise(Image image, ImageFilter filter, ImageListOptions options)
    {
        var all = store.AllOf(image);
        var ids = all.Select(one => one.Id.ToString()).ToHashSet(StringComparer.Ordinal);
        var chains = all.SelectMany(one => one.ChainIds).ToHashSet();
        return new ImageSummary
        {
            Id = image.Id.ToString(),
            ParentId = image.Parent?.ToString() ?? "",
            Created = image.Created?.ToUnixTimeSeconds() ?? 0,
            Containers = containers.All().Count(container => ids.Contains(container.Record.ImageId)),
            Labels = image.Config.Labels is { } labels ? new(labels, StringComparer.Ordinal) : null,
            RepoTags = filter.Wanted(image.RepoTags),
            RepoDigests = filter.Wanted(image.RepoDigests),
            Size = all.Count == 1 ? image.Size : SizeOf(chains),
            SharedSize = options.SharedSize ? SharedSize(ids, chains) : -1,
            Descriptor = ManifestSummaries.Describe(store.TargetOf(image)),
            Manifests = options.Manifests ? Manifests(image) : null,
        };
    }

    private ImageManifestSummary[] Manifests(Image image) =>
        [.. store.PartsOf(image).Select(part => ManifestSummaries.Summarise(part, part.Image is { } here ? ContainersOf(here) : []))];

    private string[] ContainersOf(Image image)
    {
        var id = image.Id.ToString();
        return [.. containers.All().Where(container => container.Record.ImageId == id).Select(container => container.Id)];
    }

    /// <summary>Where its files are. Nothing of an image is mounted: its topmost layer is what the host has of the whole.</summary>
    private Dictionary<string, string>? DirectoriesOf(Image image)
    {
        if (image.ChainIds.Count == 0)
        {
            return null;
        }

        var layers = image.ChainIds.Reverse().Select(store.Layers.PathOf).ToList();
        var data = new Dictionary<string, string>(StringComparer.Ordinal);
        if (layers.Count > 1)
        {
            data["LowerDir"] = string.Join(':', layers.Skip(1));
        }

        data["MergedDir"] = layers[0];
        data["UpperDir"] = layers[0];
        return data;
    }

    private long SharedSize(HashSet<string> ids, HashSet<Digest> chains)
    {
        var others = store.List().SelectMany(store.AllOf).Where(other => !ids.Contains(other.Id.ToString())).SelectMany(other => other.ChainIds).ToHashSet();
        return SizeOf(chains.Where(others.Contains));
    }

    private long SizeOf(IEnumerable<Digest> chains) => chains.Sum(chain => store.Layers.Find(chain)?.Size ?? 0);
}
