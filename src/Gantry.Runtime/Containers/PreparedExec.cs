using Gantry.Linux;
using Gantry.Linux.Cgroups;
using Gantry.Linux.Plans;
using Gantry.Linux.Processes;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Containers;

/// <summary>How a further process gets into a running container. Handles stay the caller's.</summary>
public sealed record ExecOptions
{
    /// <summary>The container's init.</summary>
    public required PidFd Init { get; init; }

    /// <summary>The container's config.json: its namespaces and its system call filter.</summary>
    public required ContainerSpec Container { get; init; }

    public required Cgroup Cgroup { get; init; }

    public StandardStreams Streams { get; init; } = StandardStreams.Inherited;

    public int PreservedDescriptors { get; init; }

    public string? SeccompCache { get; init; }

    public Action<string>? Warn { get; init; }
}

/// <summary>A further process in a container, its program executed.</summary>
public sealed class PreparedExec : IDisposable
{
    private readonly PlannedProcess process;

    private PreparedExec(PlannedProcess process) => this.process = process;

    public int Pid => process.Pid;

    /// <summary>Readable when the process has ended; owned by this object.</summary>
    public PidFd PidFd => process.PidFd;

    /// <summary>Clones the process into the container and waits until it executes its program.</summary>
    /// <exception cref="PlanException">A step failed; the exception knows the exit code (127: not found, 126: not executable).</exception>
    public static PreparedExec Start(ProcessSpec process, ExecOptions options)
    {
        SpecValidation.CheckProcess(process, "process");
        using var plan = new Plan();
        var kinds = Namespaces.None;
        foreach (var entry in options.Container.Linux?.Namespaces ?? [])
        {
            kinds |= NamespaceKinds.Parse(entry.Type);
        }

        var joins = options.Cgroup.OpenForJoining();
        using var unified = options.Cgroup.OpenUnified();
        try
        {
            var steps = new ProcessSteps(plan, process, options.Container.Linux, $"/proc/{options.Init.Pid}/root", options.SeccompCache, options.Warn);
            plan.ResetSignals().ForbidTracing();
            foreach (var (tasks, path) in joins)
            {
                plan.JoinCgroup(tasks, path);
            }

            steps.AddHostSide();
            var joined = kinds & ~(Namespaces.Pid | Namespaces.User);
            if (kinds.HasFlag(Namespaces.User))
            {
                plan.JoinNamespace(options.Init, Namespaces.User, "of the container: user");
            }

            if (joined != Namespaces.None)
            {
                plan.JoinNamespace(options.Init, joined, $"of the container: {joined.ToString().ToLowerInvariant()}");
            }

            if (kinds.HasFlag(Namespaces.User))
            {
                plan.BecomeRoot();
            }

            plan.NewSession();
            if (process.Terminal)
            {
                plan.OpenTerminal((ushort)(process.ConsoleSize?.Height ?? 0), (ushort)(process.ConsoleSize?.Width ?? 0));
            }

            steps.AddStreams(options.Streams);
            steps.AddTail(options.PreservedDescriptors, startSignal: null, wait: false);
            var started = PlannedProcess.Start(
                plan, Namespaces.None, unified, kinds.HasFlag(Namespaces.Pid) ? options.Init : null);
            try
            {
                started.AwaitExecuted();
                return new(started);
            }
            catch (IOException)
            {
                started.Dispose();
                throw;
            }
        }
        finally
        {
            foreach (var (tasks, _) in joins)
            {
                tasks.Dispose();
            }
        }
    }

    /// <summary>The master of its terminal; null without one. The taker owns it.</summary>
    public FileDescriptor? TakeTerminal() => process.TakeTerminal();

    public ExitStatus Wait() => process.PidFd.Wait();

    /// <summary>Lets go of the handles; the process goes on.</summary>
    public void Dispose() => process.Dispose();
}
