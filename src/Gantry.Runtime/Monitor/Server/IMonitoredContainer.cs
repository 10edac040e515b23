using Gantry.Linux;
using Gantry.Linux.Cgroups;
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

    Cgroup Cgroup { get; }

    /// <summary>The master of its terminal, once; null without a terminal.</summary>
    FileDescriptor? TakeTerminal();

    /// <summary>Lets the program run and returns when it does.</summary>
    /// <exception cref="IOException">It cannot be executed; <see cref="Linux.Plans.PlanException"/>: the process is gone.</exception>
    void Start();

    /// <summary>Starts a further process and returns when its program runs.</summary>
    /// <exception cref="IOException">It cannot be.</exception>
    StartedExec StartExec(ExecRequest request, ProcessPipes? pipes);

    /// <summary>Sends its first process a signal; false when it has ended.</summary>
    bool TrySignal(int signal);

    /// <summary>After the first process's end: removes its cgroups, and what else is left of it.</summary>
    void Destroy();
}

/// <summary>An exec's process, and the master of its terminal where it has one.</summary>
internal readonly record struct StartedExec(PidFd Process, FileDescriptor? Terminal);
