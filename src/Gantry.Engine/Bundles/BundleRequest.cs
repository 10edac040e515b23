using Gantry.Runtime.Containers;
using Gantry.Engine.Containers;
using Gantry.Engine.Devices;
using Gantry.Engine.Mounts;
using Gantry.Engine.Networks;
using Gantry.Engine.Validation;
using Gantry.Runtime.Monitor.Client;
using Gantry.Runtime.Monitor.Runtimes;

namespace Gantry.Engine.Bundles;

/// <summary>All that a container's config.json is made from.</summary>
internal sealed record BundleRequest
{
    public required ContainerRecord Container { get; init; }

    public required UserIdentity User { get; init; }

    public required NetworkAttachment Network { get; init; }

    public required EnginePaths Paths { get; init; }

    public required SecurityOptions Security { get; init; }

    public required CgroupLayout Cgroups { get; init; }

    /// <summary>Mounts that are not of a path.</summary>
    public PreparedMounts Mounts { get; init; } = PreparedMounts.None;

    /// <summary>The processes of the containers whose namespaces are joined.</summary>
    public int? PidNamespaceOf { get; init; }

    public int? IpcNamespaceOf { get; init; }

    /// <summary>The other container's id, whose /dev/shm is shared.</summary>
    public string? SharedMemoryOf { get; init; }

    /// <summary>What devices of vendors add.</summary>
    public ContainerEdits Edits { get; init; } = ContainerEdits.None;

    /// <summary>The host's tini, where --init asks for it.</summary>
    public string? InitPath { get; init; }

    /// <summary>Another runtime makes the container: descriptors have paths for it, below this bundle. Null where ours takes them as they are.</summary>
    public string? BundleWithPaths { get; init; }

    public string NetworkNamespacePath => BundleWithPaths is { } bundle ? BundleMounts.NetworkNamespaceOf(bundle) : MonitorSpawn.NetworkNamespacePath;

    public string MountSource(int index) => BundleWithPaths is { } bundle ? BundleMounts.SourceOf(bundle, index) : MonitorSpawn.MountSource(index);
}
