using Gantry.Build.Dockerfile;
using Gantry.Linux.Mounts;
using Gantry.Spec.Engine;

namespace Gantry.Build.Solving;

/// <summary>Runs a program in a filesystem, isolated as a container of Docker's defaults is.</summary>
public interface IStepRunner
{
    /// <summary>Runs it to its end. Cancelled, it kills all its processes first. None of them is left, and nothing is mounted for it.</summary>
    Task<StepExit> RunAsync(StepProcess process, CancellationToken cancellationToken);

    /// <summary>Ends when nothing else is left of what was run either: its network goes while later steps run.</summary>
    Task SettleAsync();
}

public sealed record StepProcess
{
    public required DetachedMount Root { get; init; }

    public required IReadOnlyList<string> Args { get; init; }

    /// <summary><c>NAME=value</c></summary>
    public required IReadOnlyList<string> Env { get; init; }

    public required string WorkingDirectory { get; init; }

    /// <summary><c>user[:group]</c>, of the root's files.</summary>
    public required string User { get; init; }

    /// <summary>The name of a network, <c>none</c> or <c>host</c>; empty for the default.</summary>
    public string Network { get; init; } = "";

    /// <summary>All capabilities and devices (<c>--security=insecure</c>).</summary>
    public bool Privileged { get; init; }

    /// <summary>Of those that vendors describe.</summary>
    public IReadOnlyList<DeviceOption> Devices { get; init; } = [];

    public IReadOnlyList<StepMount> Mounts { get; init; } = [];

    public StepLimits Limits { get; init; } = new();

    /// <summary>Given the stream, 1 or 2, and what was written. It must not wait.</summary>
    public required Action<int, ReadOnlyMemory<byte>> Output { get; init; }
}

/// <summary>What holds for every program of a build.</summary>
public sealed record StepLimits
{
    /// <summary>Null for <c>buildkitsandbox</c>.</summary>
    public string? HostName { get; init; }

    /// <summary><c>name:address</c></summary>
    public IReadOnlyList<string> ExtraHosts { get; init; } = [];

    public IReadOnlyList<Ulimit> Ulimits { get; init; } = [];

    /// <summary>Bytes of /dev/shm; 0 for the default.</summary>
    public long ShmSize { get; init; }

    public string CgroupParent { get; init; } = "";

    /// <summary>Bytes; 0 for no limit.</summary>
    public long Memory { get; init; }

    /// <summary>Bytes of memory and swap; 0 for the default, -1 for no limit.</summary>
    public long MemorySwap { get; init; }

    public long CpuShares { get; init; }

    /// <summary>Microseconds.</summary>
    public long CpuPeriod { get; init; }

    public long CpuQuota { get; init; }

    public string CpusetCpus { get; init; } = "";

    public string CpusetMems { get; init; } = "";
}

/// <summary>A mount for a step, beneath its root.</summary>
/// <param name="Target">An absolute path in it.</param>
/// <param name="Mount">What is mounted; null for a tmpfs. The caller's.</param>
/// <param name="TmpfsOptions">Mount options of a tmpfs.</param>
public sealed record StepMount(string Target, DetachedMount? Mount, bool ReadOnly, string? TmpfsOptions = null);

/// <param name="OomKilled">It ran out of its memory.</param>
public sealed record StepExit(int Code, bool OomKilled);
