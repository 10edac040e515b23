using System.Globalization;
using Gantry.Engine.Backends;
using Gantry.Engine.Containers;
using Gantry.Engine.Events;
using Gantry.Images;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Prune;

/// <summary>Counts and frees what takes space.</summary>
internal sealed class PruneService(EngineParts parts, ImageStore store, IContainerBackend containers, IImageBackend images) : IPruneBackend
{
    private static readonly string[] Kinds = ["container", "image", "volume", "build-cache"];

    public async Task<ContainersPruneResponse> PruneContainersAsync(Filters filters, CancellationToken cancellationToken)
    {
        filters.RequireKnown("label", "label!", "until");
        var until = UntilFilter.Read(filters, parts.Time.GetUtcNow());
        var removed = new List<string>();
        long freed = 0;
        foreach (var container in parts.Store.All())
        {
            var record = container.Record;
            if (record.State.Running || (until is { } limit && record.Created > limit) || !LabelFilter.AllowsPruning(filters, record.Config.Labels))
            {
                continue;
            }

            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var (size, _) = parts.Images.MeasureSnapshot(container.Id);
                await containers.RemoveAsync(container.Id, force: false, removeVolumes: false, link: false, CancellationToken.None).ConfigureAwait(false);
                freed += size;
                removed.Add(container.Id);
            }
            catch (Exception e) when (e is ConflictException or NotFoundException)
            {
                // It was started or removed meanwhile: nothing to prune.
            }
        }

        Publish("container", freed);
        return new() { ContainersDeleted = removed.Count > 0 ? [.. removed] : null, SpaceReclaimed = freed };
    }

    public async Task<ImagesPruneResponse> PruneImagesAsync(Filters filters, CancellationToken cancellationToken)
    {
        filters.RequireKnown("dangling", "label", "label!", "until");
        var dangling = filters.Flag("dangling") ?? true;
        var until = UntilFilter.Read(filters, parts.Time.GetUtcNow());
        var before = LayersSize();
        var removed = new List<ImageDeleteItem>();
        foreach (var image in store.List())
        {
            if ((dangling && image.RepoTags.Count > 0) || (until is { } limit && image.Created > limit)
                || !LabelFilter.AllowsPruning(filters, image.Config.Labels) || store.ResolveAll(image.Id.ToString()).Any(one => store.Users?.UsersOf(one.Id).Count > 0))
            {
                continue;
            }

            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                removed.AddRange(await images.RemoveImageAsync(image.Id.ToString(), [], force: true, prune: true, CancellationToken.None).ConfigureAwait(false));
            }
            catch (Exception e) when (e is ConflictException or NotFoundException)
            {
                // A container was made of it, or somebody removed it meanwhile.
            }
        }

        var freed = Math.Max(0, before - LayersSize());
        Publish("image", freed);
        return new() { ImagesDeleted = removed.Count > 0 ? [.. removed] : null, SpaceReclaimed = freed };
    }

    public async Task<DiskUsage> DiskUsageAsync(IReadOnlyList<string> kinds, CancellationToken cancellationToken)
    {
        foreach (var kind in kinds)
        {
            if (!Kinds.Contains(kind))
            {
                throw new InvalidArgumentException($"unknown object type: {kind}");
            }
        }

        bool Wants(string kind) => kinds.Count == 0 || kinds.Contains(kind);
        var listed = Wants("image")
            ? await images.ListImagesAsync(new() { All = true, SharedSize = true, Filters = Filters.None }, cancellationToken).ConfigureAwait(false)
            : null;
        var made = Wants("container")
            ? await containers.ListAsync(new() { All = true, Size = true, Filters = Filters.None }, cancellationToken).ConfigureAwait(false)
            : null;
        var volumes = Wants("volume") ? await Task.Run(parts.Volumes.Measure, cancellationToken).ConfigureAwait(false) : null;
        return new()
        {
            LayersSize = Wants("image") ? LayersSize() : 0,
            Images = listed is null ? null : [.. listed],
            Containers = made is null ? null : [.. made],
            Volumes = volumes is null ? null : [.. volumes],
            BuildCache = Wants("build-cache") ? [] : null,
        };
    }

    private long LayersSize() => store.Layers.List().Sum(layer => layer.Size);

    private void Publish(string type, long freed) =>
        parts.Bus.Publish(type, "prune", "", new() { ["reclaimed"] = freed.ToString(CultureInfo.InvariantCulture) });
}
