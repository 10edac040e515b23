using Gantry.Linux.Files;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Bundles;

internal sealed partial class ConfigWriter
{
    private void WriteLinux()
    {
        json.WriteStartObject("linux");
        WriteSysctls();
        json.WriteString("cgroupsPath", CgroupLayout.PathOf(Container));
        WriteNamespaces();
        HostDevice[] devices = [.. HostDevices.Of(Host), .. request.Edits.DeviceNodes.Select(Device)];
        WriteDevices(devices);
        WriteResources(devices);
        WriteSeccomp();
        if (Propagation() is { } propagation)
        {
            json.WriteString("rootfsPropagation", propagation);
        }

        WriteStrings("maskedPaths", Host.MaskedPaths ?? []);
        WriteStrings("readonlyPaths", Host.ReadonlyPaths ?? []);
        json.WriteEndObject();
    }

    private void WriteSysctls()
    {
        var all = new Dictionary<string, string>(Host.Sysctls ?? [], StringComparer.Ordinal);
        if (!request.Network.IsHost)
        {
            // As Docker: ping and low ports need no capability in a network namespace of one's own.
            all.TryAdd("net.ipv4.ip_unprivileged_port_start", "0");
            all.TryAdd("net.ipv4.ping_group_range", "0 2147483647");
        }

        WriteStrings("sysctl", all);
    }

    private void WriteNamespaces()
    {
        json.WriteStartArray("namespaces");
        WriteNamespace("mount", null);
        if (!request.Network.IsHost)
        {
            WriteNamespace("network", request.Network.Namespace is null ? request.Network.NamespacePath : request.NetworkNamespacePath);
        }

        if (Host.UTSMode != "host")
        {
            WriteNamespace("uts", null);
        }

        if (Host.PidMode != "host")
        {
            WriteNamespace("pid", OfProcess(request.PidNamespaceOf, "pid"));
        }

        if (Host.IpcMode != "host")
        {
            WriteNamespace("ipc", OfProcess(request.IpcNamespaceOf, "ipc"));
        }

        if (Host.CgroupnsMode == "private")
        {
            WriteNamespace("cgroup", null);
        }

        json.WriteEndArray();
    }

    private static string? OfProcess(int? process, string kind) => process is null ? null : $"/proc/{process}/ns/{kind}";

    private void WriteNamespace(string type, string? path)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        if (path is not null)
        {
            json.WriteString("path", path);
        }

        json.WriteEndObject();
    }

    private void WriteDevices(IReadOnlyList<HostDevice> devices)
    {
        json.WriteStartArray("devices");
        foreach (var device in devices)
        {
            json.WriteStartObject();
            json.WriteString("path", device.Path);
            json.WriteString("type", device.TypeName);
            json.WriteNumber("major", device.Status.RawDevice.Major);
            json.WriteNumber("minor", device.Status.RawDevice.Minor);
            json.WriteNumber("fileMode", device.FileMode ?? device.Status.Permissions);
            json.WriteNumber("uid", device.Owner ?? device.Status.Uid);
            json.WriteNumber("gid", device.Group ?? device.Status.Gid);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteSeccomp()
    {
        if (Host.Privileged && request.Security.Seccomp is null)
        {
            return;
        }

        var profile = request.Security.Seccomp switch
        {
            "unconfined" => null,
            null => SeccompProfile.Default(CapabilityNames.Resolve(Host)),
            var json => SeccompProfile.Custom(json, CapabilityNames.Resolve(Host)),
        };
        if (profile is not null)
        {
            json.WritePropertyName("seccomp");
            json.WriteRawValue(profile, skipInputValidation: true);
        }
    }

    /// <summary>A mount that is to see, or to show, later mounts of the host needs a root that passes them on.</summary>
    private string? Propagation()
    {
        var modes = Container.Mounts.Select(mount => mount.Propagation).ToArray();
        return modes.Any(mode => mode is "shared" or "rshared") ? "rshared"
            : modes.Any(mode => mode is "slave" or "rslave") ? "rslave"
            : null;
    }
}

/// <summary>A device of the host that the container gets.</summary>
internal sealed record HostDevice(string Path, FileStatus Status, string Access)
{
    public string TypeName => Status.Kind == FileKind.BlockDevice ? "b" : "c";

    /// <summary>In the container; as on the host where null.</summary>
    public int? FileMode { get; init; }

    public uint? Owner { get; init; }

    public uint? Group { get; init; }
}

internal static class HostDevices
{
    public static List<HostDevice> Of(HostConfig host)
    {
        var devices = new List<HostDevice>();
        using var root = RootedDirectory.Open("/");
        foreach (var mapping in host.Devices ?? [])
        {
            var access = mapping.CgroupPermissions.Length > 0 ? mapping.CgroupPermissions : "rwm";
            Add(devices, root, mapping.PathOnHost, mapping.PathInContainer.Length > 0 ? mapping.PathInContainer : mapping.PathOnHost, access, isAsked: true);
        }

        if (host.Privileged)
        {
            AddDirectory(devices, root, "/dev", "/dev", "rwm");
        }

        return devices;
    }

    /// <summary>The number of a block device, for limits.</summary>
    public static DeviceNumber Number(string path)
    {
        using var root = RootedDirectory.Open("/");
        return root.TryStat(path, followLast: true) is { Kind: FileKind.BlockDevice } status
            ? status.RawDevice
            : throw new InvalidArgumentException($"no such block device: {path}");
    }

    private static void Add(List<HostDevice> devices, RootedDirectory root, string path, string target, string access, bool isAsked)
    {
        var status = root.TryStat(path, followLast: isAsked);
        switch (status?.Kind)
        {
            case FileKind.CharacterDevice or FileKind.BlockDevice:
                if (!devices.Exists(other => other.Path == target))
                {
                    devices.Add(new(target, status.Value, access));
                }

                break;
            case FileKind.Directory:
                AddDirectory(devices, root, path, target, access);
                break;
            default:
                if (isAsked)
                {
                    throw new InvalidArgumentException(
                        $"error gathering device information while adding custom device \"{path}\": {(status is null ? "no such file or directory" : "not a device node")}");
                }

                break;
        }
    }

    private static void AddDirectory(List<HostDevice> devices, RootedDirectory root, string path, string target, string access)
    {
        // Terminals, shared memory and the like are the container's own.
        if (target is "/dev/pts" or "/dev/shm" or "/dev/fd" or "/dev/mqueue" or "/dev/.lxc" or "/dev/.udev")
        {
            return;
        }

        using var directory = root.TryOpenDirectory(path);
        foreach (var entry in directory?.List() ?? [])
        {
            var name = System.Text.Encoding.UTF8.GetString(entry.Name.Span);
            if (name is not ("console" or "ptmx" or "tty" or "null" or "zero" or "full" or "random" or "urandom") || target != "/dev")
            {
                Add(devices, root, $"{path}/{name}", $"{target}/{name}", access, isAsked: false);
            }
        }
    }
}
