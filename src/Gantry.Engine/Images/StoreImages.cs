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
        var image = store.TryResolve(reference) ?? throw new NotFoundException($"No such image: {Named(reference)}");
        if (platform is { Length: > 0 } && Platform.Parse(platform).Rank(image.Platform) is null)
        {
            throw new NotFoundException($"image with reference {reference} was found but its platform ({image.Platform}) does not match the specified platform ({platform})");
        }

        return new(image.Id.ToString(), image.Platform.Os, ImageConfigs.ToContainerConfig(image.Config));
    }

    public string? FindId(string reference)
    {
        try
        {
            return store.TryResolve(reference)?.Id.ToString();
        }
        catch (InvalidArgumentException)
        {
            // The name of an image that is gone may be no prefix of one id only.
            return null;
        }
    }

    public IReadOnlySet<string> FindDescendants(string reference)
    {
        if (store.TryResolve(reference) is not { } ancestor)
        {
            return ImmutableHashSet<string>.Empty;
        }

        return store.List()
            .Where(image => image.Id == ancestor.Id
                || (ancestor.DiffIds.Count > 0 && image.DiffIds.Take(ancestor.DiffIds.Count).SequenceEqual(ancestor.DiffIds)))
            .Select(image => image.Id.ToString())
            .ToHashSet(StringComparer.Ordinal);
    }

    public void CreateSnapshot(string container, string imageId) => store.PrepareSnapshot(container, Digest.Parse(imageId));

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

        var image = store.List().FirstOrDefault(image => image.ChainIds.SequenceEqual(snapshot.ChainIds));
        return (writable, writable + (image?.Size ?? 0));
    }

    /// <summary>As Docker names it: with the tag it looked for.</summary>
    private static string Named(string reference) =>
        ImageReference.TryParse(reference, out var parsed) ? parsed.WithDefaultTag().Familiar : reference;
}
