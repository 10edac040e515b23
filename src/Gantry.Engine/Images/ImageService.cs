using Gantry.Engine.Backends;
using Gantry.Engine.Containers;
using Gantry.Engine.Events;
using Gantry.Images;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Images;

/// <summary>The image endpoints' backend, over the image store.</summary>
internal sealed partial class ImageService(ImageStore store, EventBus bus, ContainerStore containers) : IImageBackend
{
    public Task<IReadOnlyList<ImageSummary>> ListImagesAsync(ImageListOptions options, CancellationToken cancellationToken)
    {
        var filter = new ImageFilter(options.Filters, store.Resolve);
        var used = containers.All().CountBy(container => container.Record.ImageId).ToDictionary(StringComparer.Ordinal);
        return Task.FromResult<IReadOnlyList<ImageSummary>>([.. store.List().Where(filter.Matches).Select(image => new ImageSummary
        {
            Id = image.Id.ToString(),
            Created = image.Created?.ToUnixTimeSeconds() ?? 0,
            Containers = used.GetValueOrDefault(image.Id.ToString()),
            Labels = image.Config.Labels is { } labels ? new(labels, StringComparer.Ordinal) : null,
            RepoTags = filter.Wanted(image.RepoTags),
            RepoDigests = filter.Wanted(image.RepoDigests),
            Size = image.Size,
            SharedSize = options.SharedSize ? SharedSize(image) : -1,
        })]);
    }

    public Task<ImageInspectResponse> InspectImageAsync(string image, CancellationToken cancellationToken)
    {
        var found = store.Resolve(image);
        var configuration = found.Configuration;
        return Task.FromResult(new ImageInspectResponse
        {
            Id = found.Id.ToString(),
            RepoTags = [.. found.RepoTags],
            RepoDigests = [.. found.RepoDigests],
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
            GraphDriver = new() { Name = "overlay2" },
            RootFS = new() { Layers = [.. found.DiffIds.Select(digest => digest.ToString())] },
            Metadata = new() { LastTagTime = found.LastTagged is { } time ? GoTime.Format(time) : GoTime.Zero },
        });
    }

    public Task<IReadOnlyList<ImageHistoryItem>> ImageHistoryAsync(string image, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ImageHistoryItem>>([.. store.History(store.Resolve(image)).Select(step => new ImageHistoryItem
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

        name = tag is { Length: > 0 } ? name.WithTag(tag) : name.WithDefaultTag();
        store.Tag(image, name);
        Publish("tag", store.Resolve(image).Id.ToString(), name.Familiar);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<ImageDeleteItem>> RemoveImageAsync(string image, bool force, bool prune, CancellationToken cancellationToken)
    {
        var id = store.Resolve(image).Id.ToString();
        return Task.FromResult(Announced(id, store.Remove(image, force)));
    }

    /// <summary>As <see cref="ImageStore.RemoveUnused"/>, with the events.</summary>
    public IReadOnlyList<ImageDeleteItem> RemoveUnused(Digest id) => Announced(id.ToString(), store.RemoveUnused(id));

    private IReadOnlyList<ImageDeleteItem> Announced(string id, IReadOnlyList<ImageRemoval> removed)
    {
        foreach (var item in removed)
        {
            if (item.Untagged is not null)
            {
                Publish("untag", id, id);
            }
            else if (item.Deleted == id)
            {
                Publish("delete", id, id);
            }
        }

        return [.. removed.Select(item => new ImageDeleteItem { Untagged = item.Untagged, Deleted = item.Deleted })];
    }

    private void Publish(string action, string id, string name) => bus.Publish("image", action, id, new() { ["name"] = name });

    private long SharedSize(Image image)
    {
        var others = store.List().Where(other => other.Id != image.Id).SelectMany(other => other.ChainIds).ToHashSet();
        return image.ChainIds.Where(others.Contains).Sum(chain => store.Layers.Find(chain)?.Size ?? 0);
    }
}
