using Gantry.Linux.Cgroups;
using Gantry.Linux.Processes;
using Gantry.Runtime.Hooks;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Commands;

/// <summary>What is remembered of a container between two commands: state.json in its directory below the root.</summary>
internal sealed record SavedContainer
{
    public required string Id { get; init; }

    public required string OciVersion { get; init; }

    public required int Pid { get; init; }

    /// <summary>In clock ticks since boot, so that another process of the same number is not taken for it.</summary>
    public required ulong PidStartTime { get; init; }

    public required string Bundle { get; init; }

    public string? Rootfs { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>Empty for a container without one.</summary>
    public required string CgroupPath { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public Cgroup Cgroup => new(CgroupPath.Length == 0 ? CgroupLayout.None : CgroupLayout.Current, CgroupPath);

    /// <summary>What hooks are told of it.</summary>
    public HookState ForHooks => new() { OciVersion = OciVersion, Id = Id, Bundle = Bundle, Annotations = Annotations };

    public bool IsAlive => ProcessStatus.TryRead(Pid) is { IsZombie: false } status && status.StartTime == PidStartTime;

    /// <summary>created, running, paused or stopped.</summary>
    public string StatusIn(string directory) =>
        !IsAlive ? "stopped"
        : StartGate.IsClosed(directory) ? "created"
        : Cgroup.IsFrozen ? "paused" : "running";

    public ContainerState ToState(string directory)
    {
        var status = StatusIn(directory);
        return new()
        {
            OciVersion = OciVersion,
            Id = Id,
            Status = status,
            Pid = status == "stopped" ? 0 : Pid,
            Bundle = Bundle,
            Rootfs = Rootfs,
            Created = Created,
            Owner = string.Empty,
            Annotations = Annotations,
        };
    }

    /// <summary>The init by descriptor; null when it is gone.</summary>
    public PidFd? TryOpenInit()
    {
        var opened = PidFd.TryOpen(Pid);
        if (opened is not null && !IsAlive)
        {
            opened.Dispose();
            return null;
        }

        return opened;
    }
}
