using Gantry.Spec.Engine;

namespace Gantry.Engine.Containers;

/// <summary>What the daemon is told of containers that leave it open, in the terms of Docker's daemon.json.</summary>
public sealed record ContainerDefaults
{
    /// <summary><c>cgroup-parent</c>; empty for ours.</summary>
    public string CgroupParent { get; init; } = "";

    /// <summary><c>default-cgroupns-mode</c>: <c>private</c> or <c>host</c>; empty for what suits the machine.</summary>
    public string CgroupnsMode { get; init; } = "";

    /// <summary><c>default-ipc-mode</c>: <c>private</c> or <c>shareable</c>.</summary>
    public string IpcMode { get; init; } = "private";

    /// <summary><c>default-shm-size</c>, in bytes.</summary>
    public long ShmSize { get; init; } = Bundles.ConfigWriter.DefaultShmSize;

    /// <summary><c>overlay2.size</c> of <c>storage-opts</c>, in bytes; 0 for no limit but the disk's.</summary>
    public long Size { get; init; }

    /// <summary><c>default-ulimits</c>.</summary>
    public IReadOnlyList<Ulimit> Ulimits { get; init; } = [];

    /// <summary><c>init</c>: an init process forwards signals and reaps.</summary>
    public bool Init { get; init; }

    /// <summary><c>init-path</c>; null for one in <c>PATH</c>.</summary>
    public string? InitPath { get; init; }

    /// <summary><c>no-new-privileges</c>.</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary><c>seccomp-profile</c>: <c>builtin</c>, <c>unconfined</c>, or the path of a profile.</summary>
    public string SeccompProfile { get; init; } = "builtin";
}
