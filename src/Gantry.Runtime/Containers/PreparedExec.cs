using Gantry.Linux;
using Gantry.Linux.Cgroups;
using Gantry.Linux.Plans;
using Gantry.Linux.Processes;
using Gantry.Runtime.Hooks;
using Gantry.Runtime.Seccomp;
using Gantry.Spec;
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

    /// <summary>The container's.</summary>
    public string Id { get; init; } = string.Empty;

    public string Bundle { get; init; } = string.Empty;

    public StandardStreams Streams { get; init; } = StandardStreams.Inherited;

    public int PreservedDescriptors { get; init; }

    /// <summary>What somebody who answers for its system call filter is told of the container.</summary>
    internal HookState State => new() { OciVersion = Container.OciVersion, Id = Id, Bundle = Bundle, Annotations = Container.Annotations };

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
        ProcessValidation.Check(process);
        using var plan = new Plan();
        var kinds = Namespaces.None;
        foreach (var entry in options.Container.Linux?.Namespaces ?? [])
        {
            kinds |= NamespaceKinds.Parse(entry.Type);
        }

        // Without privileges a PID namespace that was left for a moment could not be entered again.
        using var joinsFirst = kinds.HasFlag(Namespaces.User) || !HostUser.IsPrivileged ? ContainerNamespaces.Open(options.Init.Pid, kinds) : null;

        var joins = options.Cgroup.OpenForJoining();
        using var unified = options.Cgroup.OpenUnified();
        try
        {
            var steps = new ProcessSteps(plan, process, options.Container.Linux, $"/proc/{options.Init.Pid}/root", options.SeccompCache, options.Warn)
            {
                HasUserNamespace = joinsFirst is not null,
                MaySetGroups = joinsFirst is null || IdMaps.MaySetGroups(options.Init.Pid),
            };
            plan.ResetSignals().ForbidTracing();
            if (joinsFirst is not null)
            {
                plan.AwaitParent();
            }

            var affinity = process.ExecCpuAffinity;
            AddAffinity(plan, affinity?.Initial, "initial");
            foreach (var (tasks, path) in joins)
            {
                plan.JoinCgroup(tasks, path);
            }

            AddAffinity(plan, affinity?.Final, "final");

            steps.AddHostSide();
            var joined = joinsFirst is null ? kinds & ~Namespaces.Pid : kinds & Namespaces.Mount;
            if (joined != Namespaces.None)
            {
                plan.JoinNamespace(options.Init, joined, $"of the container: {joined.ToString().ToLowerInvariant()}");
            }

            plan.NewSession();
            if (process.Terminal)
            {
                plan.OpenTerminal((ushort)(process.ConsoleSize?.Height ?? 0), (ushort)(process.ConsoleSize?.Width ?? 0));
            }

            steps.AddStreams(options.Streams);
            steps.AddTail(options.PreservedDescriptors, startSignal: null, wait: false);
            var started = PlannedProcess.Start(
                plan, Namespaces.None, unified, kinds.HasFlag(Namespaces.Pid) && joinsFirst is null ? options.Init : null, joinsFirst?.Joins);
            started.Listening = descriptor => SeccompListener.Of(options.Container.Linux)?.Send(descriptor, options.State, "running", started.Pid);
            try
            {
                if (joinsFirst is not null)
                {
                    // It has left the user namespace that may lower this.
                    IdMaps.WriteOomScore(started.Pid, process.OomScoreAdj);
                    started.Release();
                }

                started.AwaitExecuted();
                return new(started);
            }
            catch (Exception e) when (e is IOException or GantryException)
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

    private static void AddAffinity(Plan plan, string? list, string which)
    {
        if (!string.IsNullOrEmpty(list))
        {
            plan.SetAffinity(CpuList.Parse(list, $"process.execCPUAffinity.{which}"), list);
        }
    }

    /// <summary>The master of its terminal; null without one. The taker owns it.</summary>
    public FileDescriptor? TakeTerminal() => process.TakeTerminal();

    public ExitStatus Wait() => process.PidFd.Wait();

    /// <summary>Lets go of the handles; the process goes on.</summary>
    public void Dispose() => process.Dispose();
}
