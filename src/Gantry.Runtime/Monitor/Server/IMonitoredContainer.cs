using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Runtime.Monitor.Protocol;

namespace Gantry.Runtime.Monitor.Server;

/// <summary>What the monitor needs of the container it is the parent of.</summary>
internal interface IMonitoredContainer : IDisposable
{
    /// <summary>Its first process.</summary>
    PidFd Init { get; }

    /// <summary>All its processes end with the first one: it has a PID namespace of its own.</summary>
    bool OwnsProcesses { get; }

    /// <summary>The memory cgroup's directory, for the kernel's out-of-memory events; null without one.</summary>
    string? MemoryCgroup { get; }

    /// <summary>That is a cgroup v1.</summary>
    bool IsLegacyCgroup { get; }

    /// <summary>The master of its terminal, once; null without a terminal.</summary>
    FileDescriptor? TakeTerminal();

    /// <summary>Lets the program run and returns when it does.</summary>
    /// <exception cref="Linux.Plans.PlanException">It cannot be executed; the process is gone.</exception>
    void Start();

    /// <summary>Starts a further process and returns when its program runs.</summary>
    /// <exception cref="Linux.Plans.PlanException">It cannot be.</exception>
    StartedExec StartExec(ExecRequest request, ProcessPipes? pipes);

    /// <summary>Sends a signal to every process of the container.</summary>
    void SignalAll(int signal);

    /// <summary>After the first process's end: removes its cgroups.</summary>
    void Destroy();
}

/// <summary>An exec's process, and the master of its terminal where it has one.</summary>
internal readonly record struct StartedExec(PidFd Process, FileDescriptor? Terminal);
