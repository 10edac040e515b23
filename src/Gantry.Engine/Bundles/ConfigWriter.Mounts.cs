using System.Globalization;
using Gantry.Engine.Mounts;

namespace Gantry.Engine.Bundles;

internal sealed partial class ConfigWriter
{
    public const long DefaultShmSize = 64 << 20;

    private void WriteMounts()
    {
        var taken = Container.Mounts.Select(mount => mount.Destination)
            .Concat((Host.Tmpfs ?? []).Keys.Select(ContainerPath.Clean))
            .ToHashSet(StringComparer.Ordinal);
        json.WriteStartArray("mounts");
        WriteSystemMounts(taken);
        // A mount below another one must come after it.
        foreach (var mount in Container.Mounts.OrderBy(mount => mount.Destination.Count(c => c == '/')))
        {
            WriteMount(mount);
        }

        foreach (var (path, options) in (Host.Tmpfs ?? []).OrderBy(entry => entry.Key.Count(c => c == '/')))
        {
            WriteMount("tmpfs", "tmpfs", ContainerPath.Clean(path), TmpfsOptions(options));
        }

        foreach (var (destination, source) in HostFiles.Of(request.Paths, request.Network.SharedWith ?? Container.Id))
        {
            WriteUnlessTaken(taken, "bind", source, destination, Host.ReadonlyRootfs ? ["rbind", "ro", "rprivate"] : ["rbind", "rprivate"]);
        }

        if (request.InitPath is { } init)
        {
            WriteMount("bind", init, InitTarget, ["bind", "ro"]);
        }

        WriteVendorMounts();
        json.WriteEndArray();
    }

    private void WriteSystemMounts(HashSet<string> taken)
    {
        var access = Host.Privileged ? "rw" : "ro";
        WriteUnlessTaken(taken, "proc", "proc", "/proc", ["nosuid", "noexec", "nodev"]);
        WriteUnlessTaken(taken, "tmpfs", "tmpfs", "/dev", ["nosuid", "strictatime", "mode=755", "size=65536k"]);
        WriteUnlessTaken(taken, "devpts", "devpts", "/dev/pts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]);
        WriteUnlessTaken(taken, "sysfs", "sysfs", "/sys", ["nosuid", "noexec", "nodev", access]);
        var cgroups = Host.Privileged || request.Security.WritableCgroups ? "rw" : "ro";
        WriteUnlessTaken(taken, "cgroup", "cgroup", "/sys/fs/cgroup", [cgroups, "nosuid", "noexec", "nodev"]);
        WriteUnlessTaken(taken, "mqueue", "mqueue", "/dev/mqueue", ["nosuid", "noexec", "nodev"]);

        WriteSharedMemory(taken);
    }

    private void WriteSharedMemory(HashSet<string> taken)
    {
        var source = Host.IpcMode switch
        {
            "host" => "/dev/shm",
            "shareable" => request.Paths.SharedMemory(Container.Id),
            _ when request.SharedMemoryOf is { } other => request.Paths.SharedMemory(other),
            _ => null,
        };
        if (source is not null)
        {
            WriteUnlessTaken(taken, "bind", source, "/dev/shm", ["rbind", "nosuid", "noexec", "nodev", "rprivate"]);
        }
        else if (Host.IpcMode != "none")
        {
            var size = "size=" + (Host.ShmSize > 0 ? Host.ShmSize : DefaultShmSize).ToString(CultureInfo.InvariantCulture);
            WriteUnlessTaken(taken, "tmpfs", "shm", "/dev/shm", ["nosuid", "noexec", "nodev", "mode=1777", size]);
        }
    }

    private void WriteMount(MountRecord mount)
    {
        if (mount.Type == "tmpfs")
        {
            var options = TmpfsOptions(mount.TmpfsOptions ?? "");
            WriteMount("tmpfs", "tmpfs", mount.Destination, mount.ReadOnly ? [.. options, "ro"] : options);
            return;
        }

        if (request.Mounts.IndexOf(mount) is { } index)
        {
            WriteMount("bind", request.MountSource(index), mount.Destination, PreparedOptions(mount));
            return;
        }

        var list = new List<string> { mount.NonRecursive ? "bind" : "rbind" };
        if (mount.ReadOnly)
        {
            list.Add("ro");
            if (!mount.NonRecursive && !mount.ReadOnlyNonRecursive)
            {
                list.Add("rro");
            }
        }

        list.Add(mount.Propagation.Length > 0 ? mount.Propagation : "rprivate");
        WriteMount("bind", request.Mounts.PathOf(mount), mount.Destination, list);
    }

    /// <summary>Ours moves the mount into place as it is; others bind it, and read what it is from here.</summary>
    private string[] PreparedOptions(MountRecord mount) => request.BundleWithPaths is null ? ["bind"]
        : mount.ReadOnly || mount.Type == "image" ? ["rbind", "ro"]
        : ["rbind"];

    private void WriteUnlessTaken(HashSet<string> taken, string type, string source, string destination, IReadOnlyList<string> options)
    {
        if (!taken.Contains(destination))
        {
            WriteMount(type, source, destination, options);
        }
    }

    private void WriteMount(string type, string source, string destination, IReadOnlyList<string> options)
    {
        json.WriteStartObject();
        json.WriteString("destination", destination);
        json.WriteString("type", type);
        json.WriteString("source", source);
        WriteStrings("options", options);
        json.WriteEndObject();
    }

    /// <summary>Docker's defaults, each of which the user's options may turn round.</summary>
    private static List<string> TmpfsOptions(string options)
    {
        var given = options.Split(',', StringSplitOptions.RemoveEmptyEntries);
        var list = MountPlan.TmpfsDefaults.Split(',').Where(option => !given.Contains(option[2..]) && !given.Contains(option)).ToList();
        list.AddRange(given);
        return list;
    }
}
