using Gantry.Linux;
using Gantry.Linux.Cgroups;
using Gantry.Linux.Plans;
using Gantry.Linux.Processes;
using Gantry.Runtime.Cgroups;
using Gantry.Spec;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Containers;

/// <summary>
/// A container whose init has done everything but execute its program: namespaces, cgroup, root, privileges are as
/// they will be. <see cref="Start"/> lets it go.
/// </summary>
public sealed class PreparedContainer : IDisposable
{
    private readonly ContainerPlan plan;
    private readonly PlannedProcess process;

    private PreparedContainer(ContainerPlan plan, PlannedProcess process, Cgroup cgroup)
    {
        this.plan = plan;
        this.process = process;
        Cgroup = cgroup;
    }

    public int Pid => process.Pid;

    /// <summary>Readable when the init has ended; owned by this object.</summary>
    public PidFd PidFd => process.PidFd;

    public Cgroup Cgroup { get; }

    /// <summary>Makes the container and waits until its init is ready. On a failure nothing of it is left.</summary>
    /// <exception cref="InvalidArgumentException">config.json asks for something that is not valid.</exception>
    /// <exception cref="PlanException">A step failed inside the container; the exception knows the exit code.</exception>
    /// <exception cref="LinuxException">The machine refused something outside of it.</exception>
    public static PreparedContainer Create(ContainerSpec spec, ContainerOptions options)
    {
        SpecValidation.Check(spec);
        var cgroup = new Cgroup(CgroupLayout.Current, CgroupPath.Of(spec, options.Id));
        var isNew = false;
        PlannedProcess? process = null;
        ContainerPlan? plan = null;
        try
        {
            isNew = cgroup.Create();
            CgroupLimits.Apply(cgroup, spec.Linux?.Resources, options.Warn);
            plan = ContainerPlan.Build(spec, options, cgroup);
            process = PlannedProcess.Start(plan.Plan, plan.NewNamespaces, plan.UnifiedCgroup, plan.PidNamespace);
            if (plan.NewNamespaces.HasFlag(Namespaces.User))
            {
                IdMaps.Write(process.Pid, spec);
                process.Release();
            }

            if (!process.AwaitReady())
            {
                throw new InternalException($"the init of container {options.Id} ended before it was ready");
            }

            return new(plan, process, cgroup);
        }
        catch
        {
            if (process is not null)
            {
                process.PidFd.TrySignal(9);
                process.Dispose();
            }

            plan?.Dispose();
            if (isNew)
            {
                RemoveQuietly(cgroup);
            }

            throw;
        }
    }

    /// <summary>The master of the container's terminal; null without process.terminal. The taker owns it.</summary>
    public FileDescriptor? TakeTerminal() => process.TakeTerminal();

    /// <summary>Lets the init execute its program, and waits until it does (some hundred microseconds).</summary>
    /// <exception cref="PlanException">It cannot be executed; the init is gone.</exception>
    public void Start()
    {
        process.Release();
        process.AwaitExecuted();
    }

    /// <summary>
    /// Waits until the program is executed, when something else than <see cref="Start"/> let it go.
    /// </summary>
    public void AwaitExecuted() => process.AwaitExecuted();

    /// <summary>Waits for the init to end. For a single-threaded caller that has nothing else to do.</summary>
    public ExitStatus Wait() => process.PidFd.Wait();

    /// <summary>Lets go of the handles; the container goes on.</summary>
    public void Dispose()
    {
        process.Dispose();
        plan.Dispose();
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
