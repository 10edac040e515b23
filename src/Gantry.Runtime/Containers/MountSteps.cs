using System.Runtime.InteropServices;
using Gantry.Linux;
using Gantry.Linux.Cgroups;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Linux.Plans;
using Gantry.Spec;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Containers;

/// <summary>The steps that fill the root: mounts in their order, devices, links.</summary>
/// <param name="spaces">The namespaces of its own that the container has.</param>
/// <param name="held">Takes what must stay open as long as the plan.</param>
internal sealed class MountSteps(
    Plan plan, ContainerSpec spec, ContainerOptions options, Cgroup cgroup, Namespaces spaces, ICollection<SafeHandle> held)
{
    private static readonly (string Path, uint Major, uint Minor)[] DefaultDevices =
    [
        ("/dev/null", 1, 3), ("/dev/zero", 1, 5), ("/dev/full", 1, 7), ("/dev/random", 1, 8), ("/dev/urandom", 1, 9), ("/dev/tty", 5, 0),
    ];

    private readonly IReadOnlyList<MountSpec> mounts = spec.Mounts ?? [];
    private readonly List<string> readOnlyLater = [];
    private readonly PreparedBinds binds = new(spec, options.Bundle, held);

    /// <param name="joinCgroups">Adds what must come before a mount shows the container's cgroups; called once.</param>
    public void AddMounts(Action joinCgroups)
    {
        var joined = false;
        for (var i = 0; i < mounts.Count; i++)
        {
            var mount = mounts[i];
            var parsed = MountOptions.Parse(mount.Options);
            if (mount.Source is { } source && options.PreparedMounts.TryGetValue(source, out var prepared))
            {
                plan.AttachMount(prepared, mount.Destination);
            }
            else if (parsed.IsBind || mount.Type == "bind")
            {
                AddBind(mount, parsed, $"mounts[{i}]: {mount.Destination}");
            }
            else if (mount.Type is "cgroup" or "cgroup2")
            {
                if (!joined)
                {
                    joinCgroups();
                    joined = true;
                }

                AddCgroup(mount, parsed);
            }
            else
            {
                AddFileSystem(mount, parsed, HasMore(i), $"mounts[{i}]: {mount.Destination}");
            }
        }

        if (!joined)
        {
            joinCgroups();
        }
    }

    /// <summary>/dev as the specification wants it, unless the host's own is bound there.</summary>
    public void AddDevices()
    {
        if (mounts.Any(m => Normal(m.Destination) == "/dev" && (m.Type == "bind" || MountOptions.Parse(m.Options).IsBind)))
        {
            return;
        }

        const uint everybody = 0x1B6; // 0666
        foreach (var (path, major, minor) in DefaultDevices)
        {
            if (spec.Linux?.Devices?.Any(d => d.Path == path) != true)
            {
                plan.MakeDevice(path, FileKind.CharacterDevice, everybody, new(major, minor), 0, 0);
            }
        }

        foreach (var device in spec.Linux?.Devices ?? [])
        {
            var kind = device.Type switch
            {
                "b" => FileKind.BlockDevice,
                "p" => FileKind.Fifo,
                _ => FileKind.CharacterDevice,
            };
            plan.MakeDevice(
                device.Path,
                kind,
                (device.FileMode ?? everybody) & 0xFFF,
                new((uint)(device.Major ?? 0), (uint)(device.Minor ?? 0)),
                device.Uid ?? 0,
                device.Gid ?? 0);
        }

        plan.MakeSymlink("/proc/self/fd", "/dev/fd")
            .MakeSymlink("/proc/self/fd/0", "/dev/stdin")
            .MakeSymlink("/proc/self/fd/1", "/dev/stdout")
            .MakeSymlink("/proc/self/fd/2", "/dev/stderr")
            .MakeSymlink("pts/ptmx", "/dev/ptmx");
    }

    /// <summary>Read-only comes last where something else had to be made inside first.</summary>
    public void AddDeferredAttributes()
    {
        foreach (var target in readOnlyLater)
        {
            plan.SetMountAttributes(target, MountAttributes.ReadOnly);
        }
    }

    private void AddBind(MountSpec mount, MountOptions parsed, string subject)
    {
        if (string.IsNullOrEmpty(mount.Source))
        {
            throw new InvalidArgumentException($"{subject}: source is missing: a bind mount needs one");
        }

        if (parsed.Data.Count > 0 || parsed.CopiesUp)
        {
            // mount(2) has always ignored them, and so do engines' configurations.
            options.Warn?.Invoke($"{subject}: left out {string.Join(',', parsed.Data)}{(parsed.CopiesUp ? " tmpcopyup" : "")}, which is nothing to a bind mount");
        }

        if ((spaces.HasFlag(Namespaces.User) && PreparedBinds.MayMount) || PreparedBinds.IsMapped(mount, parsed))
        {
            plan.AttachMount(binds.Prepare(mount, parsed, subject), mount.Destination);
            return;
        }

        plan.BindMount(new(
            Path.GetFullPath(mount.Source, options.Bundle),
            mount.Destination,
            parsed.IsRecursive,
            parsed.Set,
            parsed.Clear,
            parsed.SetRecursive,
            parsed.ClearRecursive,
            parsed.Propagation,
            parsed.IsPropagationRecursive));
    }

    private void AddFileSystem(MountSpec mount, MountOptions parsed, bool hasMore, string subject)
    {
        if (string.IsNullOrEmpty(mount.Type))
        {
            throw new InvalidArgumentException($"{subject}: type is missing: only a bind mount needs none");
        }

        if (PreparedBinds.IsMapped(mount, parsed))
        {
            throw new InvalidArgumentException($"{subject}: uidMappings, gidMappings and idmap are for bind mounts, not for type {mount.Type}");
        }

        if (parsed.CopiesUp && mount.Type != "tmpfs")
        {
            throw new InvalidArgumentException($"{subject}: option tmpcopyup is for type tmpfs, not for {mount.Type}");
        }

        var attributes = parsed.Set | parsed.SetRecursive;
        if (hasMore && attributes.HasFlag(MountAttributes.ReadOnly))
        {
            attributes &= ~MountAttributes.ReadOnly;
            readOnlyLater.Add(mount.Destination);
        }

        // A devpts is always an instance of its own since kernel 4.7, and newinstance is no parameter of fsconfig(2).
        var data = mount.Type == "devpts" ? [.. parsed.Data.Where(d => d != "newinstance")] : parsed.Data;
        var covered = parsed.CopiesUp ? CoveredDirectory.Contents : CoveredDirectory.Ignored;
        if (mount.Type == "tmpfs" && !data.Exists(d => d.StartsWith("mode=", StringComparison.Ordinal)))
        {
            covered |= CoveredDirectory.Mode;
        }

        plan.MountFileSystem(
            mount.Destination, mount.Type, mount.Source ?? mount.Type, [.. data, .. parsed.Superblock], attributes, parsed.Propagation, covered);
    }

    /// <summary>
    /// The container's own cgroups: cgroup2, or for v1 a tmpfs with one mount for each hierarchy. In a cgroup namespace
    /// they are new mounts, whose root is the container's cgroup; without one that directory is bound.
    /// </summary>
    private void AddCgroup(MountSpec mount, MountOptions parsed)
    {
        var layout = cgroup.Layout;
        if (layout.IsUnified)
        {
            AddHierarchy(mount.Destination, layout.Unified!, parsed);
            return;
        }

        const string modes = "mode=755";
        plan.MountFileSystem(mount.Destination, "tmpfs", "tmpfs", [modes], parsed.Set & ~MountAttributes.ReadOnly);
        foreach (var hierarchy in layout.Hierarchies)
        {
            var name = hierarchy.IsUnified ? "unified" : hierarchy.Name;
            AddHierarchy($"{mount.Destination}/{name}", hierarchy, parsed);
            if (hierarchy.Controllers.Length > 1)
            {
                foreach (var controller in hierarchy.Controllers)
                {
                    plan.MakeSymlink(name, $"{mount.Destination}/{controller}");
                }
            }
        }

        if (parsed.Set.HasFlag(MountAttributes.ReadOnly))
        {
            readOnlyLater.Add(mount.Destination);
        }
    }

    private void AddHierarchy(string target, CgroupHierarchy hierarchy, MountOptions parsed)
    {
        if (!spaces.HasFlag(Namespaces.Cgroup))
        {
            plan.BindMount(new(hierarchy.PathOf(cgroup.Path), target, Recursive: false, parsed.Set));
            return;
        }

        string[] data = hierarchy.IsUnified ? []
            : hierarchy.Controllers.Length > 0 ? [.. hierarchy.Controllers]
            : ["none", $"name={hierarchy.Name}"];
        plan.MountFileSystem(target, hierarchy.IsUnified ? "cgroup2" : "cgroup", "cgroup", data, parsed.Set);
    }

    /// <summary>Whether something is made inside a mount after it.</summary>
    private bool HasMore(int index)
    {
        var destination = Normal(mounts[index].Destination);
        return destination == "/dev" || mounts.Skip(index + 1).Any(m => m.Destination.StartsWith(destination + "/", StringComparison.Ordinal));
    }

    private static string Normal(string path) => "/" + path.Trim('/');
}
