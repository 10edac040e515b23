using System.Runtime.InteropServices;
using Gantry.Linux;
using Gantry.Linux.Cgroups;
using Gantry.Linux.Mounts;
using Gantry.Linux.Plans;
using Gantry.Spec;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Containers;

/// <summary>Turns config.json into the plan of a container's init, and holds what the plan refers to.</summary>
internal sealed class ContainerPlan : IDisposable
{
    private readonly List<SafeHandle> held = [];
    private bool newCgroup;

    private ContainerPlan()
    {
    }

    public Plan Plan { get; } = new();

    /// <summary>Those that the clone itself makes.</summary>
    public Namespaces NewNamespaces { get; private set; }

    public SafeHandle? PidNamespace { get; private set; }

    public FileDescriptor? UnifiedCgroup { get; private set; }

    /// <summary>
    /// Whether the init joins its v1 cgroups in the midst of its work, after a word of its parent, which makes them
    /// meanwhile: ten directories take as long as a network namespace. A root of a user namespace could not open them.
    /// </summary>
    public static bool JoinsLate(ContainerSpec spec, Cgroup cgroup) =>
        !cgroup.Layout.IsUnified && spec.Linux?.Namespaces?.Any(n => n.Type == "user") != true;

    public static ContainerPlan Build(ContainerSpec spec, ContainerOptions options, Cgroup cgroup)
    {
        var plan = new ContainerPlan();
        try
        {
            plan.Add(spec, options, cgroup);
            return plan;
        }
        catch
        {
            plan.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Plan.Dispose();
        foreach (var handle in held)
        {
            handle.Dispose();
        }
    }

    private void Add(ContainerSpec spec, ContainerOptions options, Cgroup cgroup)
    {
        var linux = spec.Linux ?? new();
        var process = spec.Process!;
        Plan.FailureDescriptor = options.FailureSink is { } sink ? (int)sink.DangerousGetHandle() : -1;
        Plan.ResetSignals().ForbidTracing();
        var late = JoinsLate(spec, cgroup);
        if (!late)
        {
            foreach (var (tasks, path) in cgroup.OpenForJoining())
            {
                held.Add(tasks);
                Plan.JoinCgroup(tasks, path);
            }
        }

        UnifiedCgroup = cgroup.OpenUnified();
        if (UnifiedCgroup is not null)
        {
            held.Add(UnifiedCgroup);
        }

        var all = AddNamespaces(linux);
        var join = () => JoinCgroups(late ? cgroup : null);
        Plan.NewSession();
        if (!options.NoNewKeyring)
        {
            Plan.NewKeyring($"_ses.{options.Id}");
        }

        var steps = new ProcessSteps(Plan, process, linux, RootPath(spec, options), options.SeccompCache, options.Warn);
        steps.AddHostSide();
        foreach (var (key, value) in linux.Sysctl ?? new Dictionary<string, string>())
        {
            Plan.WriteFile(Sysctls.PathOf(key), value);
        }

        if (all.HasFlag(Namespaces.Mount))
        {
            AddRoot(spec, options, process, linux, all, cgroup, join);
        }
        else
        {
            join();
        }

        if (spec.Hostname is { Length: > 0 } hostname)
        {
            Plan.SetHostName(hostname);
        }

        if (spec.Domainname is { Length: > 0 } domainname)
        {
            Plan.SetDomainName(domainname);
        }

        steps.AddStreams(options.Streams);
        steps.AddTail(options.PreservedDescriptors, options.StartSignal, wait: true, options.DieWithParent);
    }

    private Namespaces AddNamespaces(LinuxSpec linux)
    {
        // A network namespace takes a millisecond to make: the init does that while its parent makes the cgroups. A time
        // namespace takes its offsets before anybody is in it.
        const Namespaces byInit = Namespaces.Network | Namespaces.Uts | Namespaces.Ipc | Namespaces.Time;
        var all = Namespaces.None;
        var later = Namespaces.None;
        foreach (var entry in linux.Namespaces ?? [])
        {
            var kind = NamespaceKinds.Parse(entry.Type);
            all |= kind;
            if (string.IsNullOrEmpty(entry.Path))
            {
                later |= kind & byInit;
                // The one of cgroups comes when the init is in its own (JoinCgroups).
                NewNamespaces |= kind & ~(byInit | Namespaces.Cgroup);
                newCgroup |= kind == Namespaces.Cgroup;
                continue;
            }

            var handle = NamespaceFile.Open(entry.Path, entry.Type);
            held.Add(handle);
            if (kind == Namespaces.Pid)
            {
                PidNamespace = handle;
            }
            else
            {
                Plan.JoinNamespace(handle, kind, $"{entry.Type} {entry.Path}");
            }
        }

        if (NewNamespaces.HasFlag(Namespaces.User))
        {
            Plan.AwaitParent().BecomeRoot();
        }

        if (later != Namespaces.None)
        {
            Plan.NewNamespace(later);
        }

        foreach (var (clock, offset) in linux.TimeOffsets ?? new Dictionary<string, TimeOffset>())
        {
            Plan.WriteFile("/proc/self/timens_offsets", $"{clock} {offset.Secs} {offset.Nanosecs}");
        }

        return all;
    }

    /// <summary>
    /// Has the init become a member of its cgroups, unless it was cloned into them, and then of the cgroup namespace: that
    /// shows as its root where its maker is.
    /// </summary>
    private void JoinCgroups(Cgroup? late)
    {
        if (late is not null)
        {
            Plan.AwaitParent();
            foreach (var file in late.TaskFiles)
            {
                Plan.JoinCgroup(null, file);
            }
        }

        if (newCgroup)
        {
            Plan.NewNamespace(Namespaces.Cgroup);
        }
    }

    private void AddRoot(
        ContainerSpec spec, ContainerOptions options, ProcessSpec process, LinuxSpec linux, Namespaces all, Cgroup cgroup, Action join)
    {
        var root = spec.Root ?? throw new InvalidArgumentException("root is missing: a container with a mount namespace needs a root file system");
        var (propagation, propagationRecursive) = RootPropagation(linux.RootfsPropagation);
        var path = options.RootMount is null
            ? Path.GetFullPath(root.Path, options.Bundle)
            : options.RootDirectory ?? Path.Combine(options.Bundle, "rootfs");
        Plan.SetPropagation(propagation == MountPropagation.Unchanged ? MountPropagation.Slave : propagation);
        if (propagation == MountPropagation.Shared)
        {
            Plan.MakeMountPrivate(MountPoints.Of(path));
        }

        if (options.RootMount is { } mount)
        {
            Plan.AttachRoot(mount, path);
        }
        else
        {
            Plan.BindRoot(path);
        }

        var mounts = new MountSteps(Plan, spec, options, cgroup, all.HasFlag(Namespaces.Cgroup));
        mounts.AddMounts(join);
        mounts.AddDevices();
        if (process.Terminal)
        {
            Plan.OpenTerminal((ushort)(process.ConsoleSize?.Height ?? 0), (ushort)(process.ConsoleSize?.Width ?? 0)).BindConsole();
        }

        mounts.AddDeferredAttributes();
        foreach (var readOnly in linux.ReadonlyPaths ?? [])
        {
            Plan.MakePathReadOnly(readOnly);
        }

        foreach (var masked in linux.MaskedPaths ?? [])
        {
            Plan.MaskPath(masked);
        }

        if (options.NoPivot)
        {
            Plan.MoveRoot();
        }
        else
        {
            Plan.PivotRoot();
        }

        if (root.Readonly || propagation != MountPropagation.Unchanged)
        {
            Plan.SetRootAttributes(
                root.Readonly ? MountAttributes.ReadOnly : MountAttributes.None, propagation, propagationRecursive);
        }
    }

    /// <summary>Where the root can be looked at before it is attached.</summary>
    private static string RootPath(ContainerSpec spec, ContainerOptions options) => options.RootMount is { } mount
        ? $"/proc/self/fd/{mount.Number}"
        : Path.GetFullPath(spec.Root?.Path ?? "/", options.Bundle);

    private static (MountPropagation Propagation, bool Recursive) RootPropagation(string? name) => name switch
    {
        null or "" => (MountPropagation.Unchanged, false),
        "shared" => (MountPropagation.Shared, false),
        "rshared" => (MountPropagation.Shared, true),
        "slave" => (MountPropagation.Slave, false),
        "rslave" => (MountPropagation.Slave, true),
        "private" => (MountPropagation.Private, false),
        "rprivate" => (MountPropagation.Private, true),
        "unbindable" => (MountPropagation.Unbindable, false),
        "runbindable" => (MountPropagation.Unbindable, true),
        _ => throw new InvalidArgumentException(
            $"linux.rootfsPropagation: {name} is none of shared, slave, private, unbindable, with or without r before it"),
    };
}
