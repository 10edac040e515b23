using Gantry.Linux;
using Gantry.Linux.Cgroups;
using Gantry.Linux.Plans;
using Gantry.Linux.Processes;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Hooks;
using Gantry.Runtime.Seccomp;
using Gantry.Spec;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Containers;

/// <summary>
/// A container whose init has done everything but execute its program: namespaces, cgroup, root, privileges are as
/// they will be. <see cref="Start"/> lets it go.
/// </summary>
public sealed class PreparedContainer : IDisposable
{
    private const int SigKill = 9;
    private readonly ContainerPlan plan;
    private readonly PlannedProcess process;

    private readonly string id;
    private readonly bool ownsCgroup;
    private readonly ContainerSpec spec;
    private readonly HookState state;
    private readonly Action<string>? warn;
    private bool hooksBegan;
    private bool ready;
    private bool disposed;

    private PreparedContainer(ContainerPlan plan, PlannedProcess process, Cgroup cgroup, ContainerSpec spec, ContainerOptions options, bool ownsCgroup)
    {
        id = options.Id;
        warn = options.Warn;
        this.spec = spec;
        state = ContainerPlan.StateFor(spec, options);
        process.Paused = RunHooks;
        process.Listening = descriptor => SeccompListener.Of(spec.Linux)?.Send(descriptor, state, "created", process.Pid);
        this.plan = plan;
        this.process = process;
        this.ownsCgroup = ownsCgroup;
        Cgroup = cgroup;
    }

    public int Pid => process.Pid;

    /// <summary>Readable when the init has ended; owned by this object.</summary>
    public PidFd PidFd => process.PidFd;

    public Cgroup Cgroup { get; }

    /// <summary>Makes the container and waits until its init is ready (<see cref="Begin"/>, <see cref="AwaitReady"/>).</summary>
    public static PreparedContainer Create(ContainerSpec spec, ContainerOptions options)
    {
        var container = Begin(spec, options);
        container.AwaitReady();
        return container;
    }

    /// <summary>
    /// Makes the container; its init may still be at work, so that the caller can do something meanwhile. On a failure
    /// nothing of it is left.
    /// </summary>
    /// <exception cref="InvalidArgumentException">config.json asks for something that is not valid.</exception>
    /// <exception cref="PlanException">A step failed inside the container; the exception knows the exit code.</exception>
    /// <exception cref="LinuxException">The machine refused something outside of it.</exception>
    public static PreparedContainer Begin(ContainerSpec spec, ContainerOptions options)
    {
        SpecValidation.Check(spec);
        var cgroup = new Cgroup(CgroupLayout.Current, CgroupPath.Of(spec, options.Id));
        var isNew = false;
        PlannedProcess? process = null;
        ContainerPlan? plan = null;
        try
        {
            var late = ContainerPlan.JoinsLate(spec, cgroup);
            isNew = CreateUnified(ref cgroup, spec, options);
            if (!late)
            {
                MakeLegacyCgroups(spec, options, cgroup, ref isNew);
            }

            late &= cgroup.Layout.Hierarchies.Length > 0;
            plan = ContainerPlan.Build(spec, options, cgroup, late);
            process = PlannedProcess.Start(plan.Plan, plan.NewNamespaces, plan.UnifiedCgroup, plan.PidNamespace, plan.Joins);
            if (plan.NewNamespaces.HasFlag(Namespaces.User))
            {
                IdMaps.Write(process.Pid, spec);
                process.Release();
            }

            if (late)
            {
                MakeLegacyCgroups(spec, options, cgroup, ref isNew);
                process.Release();
            }

            return new(plan, process, cgroup, spec, options, isNew);
        }
        catch
        {
            process?.PidFd.TrySignal(SigKill);
            process?.Dispose();
            plan?.Dispose();
            if (isNew)
            {
                RemoveQuietly(cgroup);
            }

            throw;
        }
    }

    /// <summary>Waits until the init is ready. On a failure nothing of the container is left, and this object is of no more use.</summary>
    /// <exception cref="PlanException">A step failed inside the container; the exception knows the exit code.</exception>
    public void AwaitReady()
    {
        try
        {
            if (!process.AwaitReady())
            {
                throw new InternalException($"the init of container {id} ended before it was ready");
            }

            ready = true;
        }
        catch
        {
            Abandon();
            throw;
        }
    }

    /// <summary>The master of the container's terminal; null without process.terminal. The taker owns it.</summary>
    public FileDescriptor? TakeTerminal() => process.TakeTerminal();

    /// <summary>
    /// Lets the init execute its program, and waits until it does: some hundred microseconds, when it was ready.
    /// </summary>
    /// <exception cref="PlanException">A step failed, or it cannot be executed; the init is gone.</exception>
    /// <exception cref="InternalException">A hook failed; the init has been killed.</exception>
    public void Start()
    {
        // A pause would take the word that is meant for the end.
        if (!ready && plan.PausesForHooks)
        {
            AwaitReady();
        }

        process.Release();
        process.AwaitExecuted();
        try
        {
            HookRunner.Run(spec.Hooks?.Poststart, "poststart", () => state.With("running", Pid));
        }
        catch (InternalException)
        {
            _ = process.PidFd.TrySignal(SigKill);
            throw;
        }
    }

    /// <summary>
    /// Waits until the program is executed, when something else than <see cref="Start"/> let it go.
    /// </summary>
    public void AwaitExecuted() => process.AwaitExecuted();

    /// <summary>Waits for the init to end. For a single-threaded caller that has nothing else to do.</summary>
    public ExitStatus Wait() => process.PidFd.Wait();

    /// <summary>Kills what there is and removes it; also what is disposed, or was abandoned before.</summary>
    public void Abandon()
    {
        if (!disposed)
        {
            _ = process.PidFd.TrySignal(SigKill);
            Dispose();
        }

        if (ownsCgroup)
        {
            RemoveQuietly(Cgroup);
        }

        if (hooksBegan)
        {
            hooksBegan = false;
            RunPoststopHooks();
        }
    }

    /// <summary>Lets go of the handles; the container goes on.</summary>
    public void Dispose()
    {
        disposed = true;
        process.Dispose();
        plan.Dispose();
    }

    /// <summary>What the owner wants done when the container is gone.</summary>
    public void RunPoststopHooks() => HookRunner.RunAll(spec.Hooks?.Poststop, "poststop", () => state.With("stopped", null), warn);

    private void RunHooks()
    {
        hooksBegan = true;
        HookRunner.Run(spec.Hooks?.Prestart, "prestart", () => state.With("created", Pid));
        HookRunner.Run(spec.Hooks?.CreateRuntime, "createRuntime", () => state.With("created", Pid));
    }

    /// <summary>
    /// Makes the cgroup of v2. Who is not the machine's root, and may make none, has a container without, unless a limit
    /// needs one; v1 then needs no try.
    /// </summary>
    private static bool CreateUnified(ref Cgroup cgroup, ContainerSpec spec, ContainerOptions options)
    {
        if (HostUser.IsPrivileged)
        {
            return cgroup.CreateUnified();
        }

        try
        {
            return cgroup.Create();
        }
        catch (LinuxException e) when (e.Errno is Errno.EACCES or Errno.EPERM or Errno.EROFS)
        {
            if (CgroupLimits.FirstOf(spec.Linux?.Resources) is { } limit)
            {
                throw new UnsupportedException($"linux.resources.{limit}: this user may make no cgroup, which a limit needs ({e.Message}): delegate one", e);
            }

            RemoveQuietly(cgroup);
            options.Warn?.Invoke($"the container has no cgroup of its own: {e.Message}");
            cgroup = new Cgroup(CgroupLayout.None, cgroup.Path);
            return false;
        }
    }

    private static void MakeLegacyCgroups(ContainerSpec spec, ContainerOptions options, Cgroup cgroup, ref bool isNew)
    {
        isNew &= cgroup.CreateLegacy();
        CgroupLimits.Apply(cgroup, spec.Linux?.Resources, options.Warn);
    }

    private static void RemoveQuietly(Cgroup cgroup)
    {
        try
        {
            cgroup.Remove();
        }
        catch (LinuxException)
        {
            // What failed before is the news.
        }
    }
}
