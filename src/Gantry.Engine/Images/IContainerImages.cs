using Gantry.Images.Snapshots;
using Gantry.Linux.Mounts;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Images;

/// <summary>What containers need of images: their configuration and a root of their own on top of them.</summary>
internal interface IContainerImages
{
    /// <exception cref="Gantry.Spec.NotFoundException">There is no such image, or none for the platform.</exception>
    ContainerImage Resolve(string reference, string? platform);

    /// <summary>True where an image name stands for an image now, on this or another platform.</summary>
    bool Names(string reference, string imageId);

    /// <summary>The ids of the images whose layers begin with all layers of this one, itself included.</summary>
    IReadOnlySet<string> FindDescendants(string reference);

    /// <summary>Makes the writable layer of a container.</summary>
    /// <param name="container">Whose.</param>
    /// <param name="imageId">What it lies on.</param>
    /// <param name="size">What it may hold, in bytes; null for no limit but the disk's.</param>
    void CreateSnapshot(string container, string imageId, long? size);

    /// <summary>The container's root; to be disposed.</summary>
    DetachedMount OpenMount(string container);

    /// <summary>An image's files, read-only; to be disposed.</summary>
    DetachedMount OpenImage(string imageId);

    void RemoveSnapshot(string container);

    /// <summary>Containers that have a writable layer.</summary>
    IReadOnlyList<string> ListSnapshots();

    /// <summary>Where the container's own layer and those beneath it are.</summary>
    Snapshot GetSnapshot(string container);

    GraphDriver Describe(string container);

    /// <summary>The manifest of an image's platform; null where the image is gone.</summary>
    OciDescriptor? DescribeManifest(string imageId);

    /// <summary>Bytes in the writable layer, and in all layers together.</summary>
    (long Writable, long Whole) MeasureSnapshot(string container);
}

/// <summary>An image a container is made of.</summary>
/// <param name="Id"><c>sha256:…</c></param>
/// <param name="Platform">What it runs on.</param>
/// <param name="Config">What the image says of its containers.</param>
internal sealed record ContainerImage(string Id, Platform Platform, ContainerConfig Config);
