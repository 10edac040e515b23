using System.Globalization;
using Gantry.Engine.Backends;
using Gantry.Engine.Building;
using Gantry.Engine.Containers;
using Gantry.Engine.Events;
using Gantry.Engine.Images;
using Gantry.Images;
using Gantry.Linux.Files;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Prune;

/// <summary>Counts and frees what takes space.</summary>
internal sealed class PruneService(EngineParts parts, ImageStore store, IContainerBackend containers, ImageService images, BuildService builds) : IPruneBackend
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
                var size = DiskSpaceOf(container.Id);
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
        var removed = new List<ImageDeleteItem>();
        foreach (var image in store.List())
        {
            if ((dangling && image.RepoTags.Count > 0) || (until is { } limit && image.Created > limit)
                || !LabelFilter.AllowsPruning(filters, image.Config.Labels))
            {
                continue;
            }

            cancellationToken.ThrowIfCancellationRequested();
            var gone = images.RemoveUnused(image);
            removed.AddRange(gone.Count > 0 || dangling ? gone : await RemoveSpareNamesAsync(image, cancellationToken).ConfigureAwait(false));
        }

        var freed = store.CollectGarbage(withPartials: true);
        Publish("image", freed);
        return new() { ImagesDeleted = removed.Count > 0 ? [.. removed] : null, SpaceReclaimed = freed };
    }

    /// <summary>An image of containers keeps the names that they were made by; where they have its id, its last name.</summary>
    private async Task<IReadOnlyList<ImageDeleteItem>> RemoveSpareNamesAsync(Image image, CancellationToken cancellationToken)
    {
        var names = image.RepoTags.Select(tag => ImageReference.Parse(tag).Familiar).Order(StringComparer.Ordinal).ToList();
        var used = parts.Store.All().Where(container => container.Record.ImageId == image.Id.ToString())
            .Select(container => ImageReference.TryParse(container.Record.Config.Image, out var name) ? name.WithDefaultTag().Familiar : "").ToHashSet(StringComparer.Ordinal);
        var kept = names.Where(used.Contains).DefaultIfEmpty(names.LastOrDefault()).ToHashSet();
        var removed = new List<ImageDeleteItem>();
        foreach (var name in names.Where(name => !kept.Contains(name)))
        {
            try
            {
                removed.AddRange(await images.RemoveImageAsync(name, [], force: false, prune: true, cancellationToken).ConfigureAwait(false));
            }
            catch (Exception e) when (e is ConflictException or NotFoundException)
            {
                // Somebody else removed it, or another name of it, meanwhile.
            }
        }

        return removed;
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
        var space = Task.Run(store.MeasureDiskSpace, cancellationToken);
        var volumes = Wants("volume") ? Task.Run(parts.Volumes.Measure, cancellationToken) : null;
        var made = Wants("container") ? await MeasureContainersAsync((await space.ConfigureAwait(false)).Images, cancellationToken).ConfigureAwait(false) : null;
        var listed = Wants("image") ? await MeasureImagesAsync((await space.ConfigureAwait(false)).Images, cancellationToken).ConfigureAwait(false) : null;
        return new()
        {
            LayersSize = Wants("image") ? (await space.ConfigureAwait(false)).Total : 0,
            Images = listed,
            Containers = made,
            Volumes = volumes is null ? null : [.. await volumes.ConfigureAwait(false)],
            BuildCache = Wants("build-cache") ? [.. builds.DescribeCache()] : null,
        };
    }

    private async Task<ImageSummary[]> MeasureImagesAsync(IReadOnlyDictionary<Digest, (long Size, long Shared)> space, CancellationToken cancellationToken)
    {
        var listed = await images.ListImagesAsync(new() { All = true, Filters = Filters.None }, cancellationToken).ConfigureAwait(false);
        return [.. listed.Select(image => space.TryGetValue(Digest.Parse(image.Id), out var own) ? image with { Size = own.Size, SharedSize = own.Shared } : image)];
    }

    private async Task<ContainerSummary[]> MeasureContainersAsync(IReadOnlyDictionary<Digest, (long Size, long Shared)> space, CancellationToken cancellationToken)
    {
        var listed = await containers.ListAsync(new() { All = true, Filters = Filters.None }, cancellationToken).ConfigureAwait(false);
        return [.. listed.AsParallel().AsOrdered().Select(container =>
        {
            var own = DiskSpaceOf(container.Id);
            return container with { SizeRw = own, SizeRootFs = own + space.GetValueOrDefault(Digest.Parse(container.ImageID)).Size };
        })];
    }

    /// <summary>Bytes on the disk: what the container wrote, its log and the files the engine keeps for it.</summary>
    private long DiskSpaceOf(string container) => DiskSpace.Of(parts.Paths.Container(container));

    private void Publish(string type, long freed) =>
        parts.Bus.Publish(type, "prune", "", new() { ["reclaimed"] = freed.ToString(CultureInfo.InvariantCulture) });
}
