using System.Runtime.InteropServices;
using Gantry.Linux;
using Gantry.Linux.Cgroups;
using Gantry.Linux.Mounts;
using Gantry.Linux.Plans;
using Gantry.Linux.Processes;
using Gantry.Runtime.Hooks;
using Gantry.Spec;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Containers;

/// <summary>Turns config.json into the plan of a container's init, and holds what the plan refers to.</summary>
internal sealed class ContainerPlan : IDisposable
{
    private readonly List<SafeHandle> held = [];
    private bool newCgroup;
    private bool hasUserNamespace;

    private ContainerPlan()
    {
    }

    public Plan Plan { get; } = new();

    /// <summary>Those that the clone itself makes.</summary>
    public Namespaces NewNamespaces { get; private set; }

    public SafeHandle? PidNamespace { get; private set; }

    /// <summary>Existing namespaces that the init's maker joins, where a user namespace is among all its namespaces.</summary>
    public IReadOnlyList<NamespaceJoin> Joins { get; private set; } = [];

    /// <summary>Whether the init waits for hooks in the midst of its work.</summary>
    public bool PausesForHooks { get; private set; }

    public FileDescriptor? UnifiedCgroup { get; private set; }

    /// <summary>
    /// Whether the init joins its v1 cgroups in the midst of its work, after a word of its parent, which makes them
    /// meanwhile: ten directories take as long as a network namespace. A root of a user namespace could not open them.
    /// </summary>
    public static bool JoinsLate(ContainerSpec spec, Cgroup cgroup) =>
        !cgroup.Layout.IsUnified && !NamespaceKinds.Has(spec.Linux, "user");

    /// <param name="late">See <see cref="JoinsLate"/>.</param>
    public static ContainerPlan Build(ContainerSpec spec, ContainerOptions options, Cgroup cgroup, bool late)
    {
        var plan = new ContainerPlan();
        try
        {
            plan.Add(spec, options, cgroup, late);
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

    private void Add(ContainerSpec spec, ContainerOptions options, Cgroup cgroup, bool late)
    {
        var linux = spec.Linux ?? new();
        var process = spec.Process!;
        Plan.FailureDescriptor = options.FailureSink is { } sink ? (int)sink.DangerousGetHandle() : -1;
        Plan.ResetSignals();
        // Whoever is not root can write the mappings only of a process that it may look into; nobody else is there yet.
        var mapsFirst = !HostUser.IsPrivileged && NamespaceKinds.MakesNew(linux, "user");
        if (mapsFirst)
        {
            Plan.AwaitParent();
        }

        Plan.ForbidTracing();
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

        var all = AddNamespaces(linux, mapsFirst);
        var join = () => JoinCgroups(late ? cgroup : null);
        Plan.NewSession();
        if (!options.NoNewKeyring)
        {
            Plan.NewKeyring($"_ses.{options.Id}");
        }

        var state = StateFor(spec, options);
        var steps = new ProcessSteps(Plan, process, linux, RootPath(spec, options), options.SeccompCache, options.Warn)
        {
            HasUserNamespace = NewNamespaces.HasFlag(Namespaces.User),
            StartHooks = [.. HookRunner.Steps(spec.Hooks?.StartContainer, state, "created")],
            MaySetGroups = NewNamespaces.HasFlag(Namespaces.User) ? IdMaps.MaySetGroups(spec) : HostUser.IsPrivileged || HostUser.MaySetGroups,
        };
        steps.AddHostSide();
        foreach (var (key, value) in linux.Sysctl ?? new Dictionary<string, string>())
        {
            Plan.WriteFile(Sysctls.PathOf(key), value);
        }

        if (all.HasFlag(Namespaces.Mount))
        {
            AddRoot(spec, options, process, linux, all, cgroup, join, () => AddHooks(spec.Hooks, state));
        }
        else
        {
            join();
            AddHooks(spec.Hooks, state);
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

    /// <param name="isMapped">Whether the mappings of a new user namespace are there already.</param>
    private Namespaces AddNamespaces(LinuxSpec linux, bool isMapped)
    {
        // A network namespace takes half a millisecond to make: the init does that while its parent makes the cgroups. A
        // time namespace takes its offsets before anybody is in it.
        const Namespaces byInit = Namespaces.Network | Namespaces.Uts | Namespaces.Ipc | Namespaces.Time;
        var all = Namespaces.None;
        var later = Namespaces.None;
        List<NamespaceJoin> joins = [];
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
            joins.Add(new(handle, kind, $"{entry.Type} {entry.Path}"));
        }

        hasUserNamespace = all.HasFlag(Namespaces.User);
        AddJoins(joins);

        if (NewNamespaces.HasFlag(Namespaces.User))
        {
            if (!isMapped)
            {
                Plan.AwaitParent();
            }

            Plan.BecomeRoot();
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

    private void AddJoins(List<NamespaceJoin> joins)
    {
        if (hasUserNamespace || !HostUser.IsPrivileged)
        {
            var user = joins.Where(j => j.Kind == Namespaces.User).Select(j => (NamespaceJoin?)j).FirstOrDefault();
            Joins = NamespaceJoins.Around(user, [.. joins.Where(j => j.Kind != Namespaces.User)]);
            return;
        }

        foreach (var (handle, kind, subject) in joins)
        {
            if (kind == Namespaces.Pid)
            {
                PidNamespace = handle;
            }
            else
            {
                Plan.JoinNamespace(handle, kind, subject);
            }
        }
    }

    /// <summary>What others do when the environment is there and the root is not changed yet.</summary>
    private void AddHooks(HooksSpec? hooks, HookState state)
    {
        if (HookRunner.HasRuntimeHooks(hooks))
        {
            PausesForHooks = true;
            Plan.PauseForParent();
        }

        foreach (var hook in HookRunner.Steps(hooks?.CreateContainer, state, "created"))
        {
            Plan.RunHook(hook);
        }
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
        ContainerSpec spec, ContainerOptions options, ProcessSpec process, LinuxSpec linux, Namespaces all, Cgroup cgroup, Action join, Action addHooks)
    {
        var root = spec.Root ?? throw new InvalidArgumentException("root is missing: a container with a mount namespace needs a root file system");
        var (propagation, propagationRecursive) = RootPropagation(linux.RootfsPropagation);
        var path = options.RootMount is null
            ? Path.GetFullPath(root.Path, options.Bundle)
            : options.RootDirectory ?? Path.Combine(options.Bundle, "rootfs");
        // What cannot be bound could be no root either: that comes at the end.
        Plan.SetPropagation(propagation is MountPropagation.Unchanged or MountPropagation.Unbindable ? MountPropagation.Slave : propagation);
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

        var mounts = new MountSteps(Plan, spec, options, cgroup, all, held);
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

        addHooks();
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

    /// <summary>What the hooks of a container are told.</summary>
    public static HookState StateFor(ContainerSpec spec, ContainerOptions options) => new()
    {
        OciVersion = spec.OciVersion, Id = options.Id, Bundle = options.Bundle, Annotations = spec.Annotations,
    };

    /// <summary>Where the root can be looked at before it is attached.</summary>
    private static string RootPath(ContainerSpec spec, ContainerOptions options) => options.RootMount is { } mount
        ? $"/proc/self/fd/{mount.Number}"
        : Path.GetFullPath(spec.Root?.Path ?? "/", options.Bundle);

    /// <exception cref="InvalidArgumentException">It is none.</exception>
    public static (MountPropagation Propagation, bool Recursive) RootPropagation(string? name) => name switch
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
