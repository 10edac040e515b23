using System.Collections.Immutable;
using Gantry.Images;
using Gantry.Images.Snapshots;
using Gantry.Linux;
using Gantry.Linux.Mounts;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Images;

/// <summary>Containers' view of the image store.</summary>
internal sealed class StoreImages(ImageStore store) : IContainerImages
{
    public ContainerImage Resolve(string reference, string? platform)
    {
        var image = store.Resolve(reference, platform is { Length: > 0 } ? Platform.Parse(platform) : null);
        return new(image.Id.ToString(), image.Platform, ImageConfigs.ToContainerConfig(image.Config));
    }

    public bool Names(string reference, string imageId)
    {
        try
        {
            return store.ResolveAll(reference).Any(image => image.Id.ToString() == imageId);
        }
        catch (Exception e) when (e is InvalidArgumentException or NotFoundException)
        {
            // The name of an image that is gone may be no prefix of one id only.
            return false;
        }
    }

    public IReadOnlySet<string> FindDescendants(string reference)
    {
        if (store.TryResolve(reference) is null)
        {
            return ImmutableHashSet<string>.Empty;
        }

        var ancestors = store.ResolveAll(reference);
        return store.List().SelectMany(store.AllOf)
            .Where(image => ancestors.Any(ancestor => image.Id == ancestor.Id
                || (ancestor.DiffIds.Count > 0 && image.DiffIds.Take(ancestor.DiffIds.Count).SequenceEqual(ancestor.DiffIds))))
            .Select(image => image.Id.ToString())
            .ToHashSet(StringComparer.Ordinal);
    }

    public void CreateSnapshot(string container, string imageId, long? size) => store.PrepareSnapshot(container, Digest.Parse(imageId), size);

    public DetachedMount OpenMount(string container) => store.Snapshots.Get(container).OpenMount();

    public DetachedMount OpenImage(string imageId) => DetachedMount.Overlay(store.Snapshots.LowersOf(store.Resolve(imageId)));

    public void RemoveSnapshot(string container) => store.Snapshots.Remove(container);

    public IReadOnlyList<string> ListSnapshots() => [.. store.Snapshots.List().Select(snapshot => snapshot.ContainerId)];

    public Snapshot GetSnapshot(string container) => store.Snapshots.Get(container);

    public GraphDriver Describe(string container)
    {
        var snapshot = store.Snapshots.Get(container);
        return new GraphDriver
        {
            Name = "overlay2",
            Data = new(StringComparer.Ordinal)
            {
                ["ID"] = container,
                ["LowerDir"] = string.Join(':', snapshot.LowerDirectories),
                // The root is mounted in the container's own namespace only; its writable layer is what the host has of it.
                ["MergedDir"] = snapshot.UpperDirectory,
                ["UpperDir"] = snapshot.UpperDirectory,
                ["WorkDir"] = snapshot.WorkDirectory,
            },
        };
    }

    public OciDescriptor? DescribeManifest(string imageId) =>
        store.Find(Digest.Parse(imageId)) is { } image ? ManifestSummaries.Describe(image.Target with { Platform = image.Platform }) : null;

    public (long Writable, long Whole) MeasureSnapshot(string container)
    {
        if (store.Snapshots.Find(container) is not { } snapshot)
        {
            // Removed since it was listed.
            return default;
        }

        long writable;
        try
        {
            writable = snapshot.MeasureSize();
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            return default;
        }

        return (writable, writable + snapshot.ChainIds.Sum(chain => store.Layers.Find(chain)?.Size ?? 0));
    }
}
