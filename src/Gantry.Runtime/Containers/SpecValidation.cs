using Gantry.Runtime.Cgroups;
using Gantry.Spec;
using Gantry.Spec.Runtime;
using static Gantry.Runtime.Containers.Fields;

namespace Gantry.Runtime.Containers;

/// <summary>Refuses a config.json that no container can be made from, in one sentence with the field and its value.</summary>
internal static class SpecValidation
{
    private const int LongestName = 64; // __NEW_UTS_LEN (uname(2))

    public static void Check(ContainerSpec spec)
    {
        if (!spec.OciVersion.StartsWith("1.", StringComparison.Ordinal))
        {
            throw new InvalidArgumentException($"ociVersion: {spec.OciVersion} is not supported: only 1.x is");
        }

        ProcessValidation.Check(spec.Process ?? throw new InvalidArgumentException("process is missing: there is nothing to run"));
        if (spec.Root is { } root)
        {
            NoNul(root.Path, "root.path");
            if (root.Path.Length == 0)
            {
                throw new InvalidArgumentException("root.path is empty: a path is needed, absolute or from the bundle on");
            }
        }

        CheckHooks(spec.Hooks);
        var linux = spec.Linux ?? new();
        CheckNamespaces(spec, linux);
        for (var i = 0; i < (spec.Mounts?.Count ?? 0); i++)
        {
            CheckMount(spec.Mounts![i], At("mounts", i));
        }

        if (linux.Resources is { } resources)
        {
            ResourceValidation.Check(resources);
        }

        _ = ContainerPlan.RootPropagation(linux.RootfsPropagation);
        NoNul(linux.CgroupsPath, "linux.cgroupsPath");
        CheckDevices(linux);
        foreach (var (name, paths) in new[] { ("maskedPaths", linux.MaskedPaths), ("readonlyPaths", linux.ReadonlyPaths) })
        {
            for (var i = 0; i < (paths?.Count ?? 0); i++)
            {
                Absolute(paths![i], $"linux.{name}[{i}]");
            }
        }

        foreach (var (key, value) in linux.Sysctl ?? new Dictionary<string, string>())
        {
            Sysctls.Check(key, value, type => NamespaceKinds.Has(linux, type));
        }

        if (!string.IsNullOrEmpty(linux.MountLabel))
        {
            throw new UnsupportedException($"linux.mountLabel: {linux.MountLabel}: SELinux labels are not supported");
        }

        if (linux.IntelRdt is not null)
        {
            throw new UnsupportedException($"linux.intelRdt: {linux.IntelRdt.ClosId ?? linux.IntelRdt.L3CacheSchema ?? linux.IntelRdt.MemBwSchema}: this kernel has no resctrl, or this runtime no use for it");
        }

        if (linux.Personality is { } personality)
        {
            _ = Personality.Of(personality);
        }
    }

    private static void CheckNamespaces(ContainerSpec spec, LinuxSpec linux)
    {
        HashSet<string> seen = [];
        for (var i = 0; i < (linux.Namespaces?.Count ?? 0); i++)
        {
            var entry = linux.Namespaces![i];
            _ = NamespaceKinds.Parse(entry.Type);
            if (!seen.Add(entry.Type))
            {
                throw new InvalidArgumentException($"linux.namespaces: {entry.Type} is there twice");
            }

            if (!string.IsNullOrEmpty(entry.Path))
            {
                Absolute(entry.Path, $"{At("linux.namespaces", i)}.path");
            }
        }

        if (!seen.Contains("mount") && spec.Root is not null)
        {
            throw new UnsupportedException("linux.namespaces: a container without a mount namespace of its own is not supported");
        }

        foreach (var (name, value) in new[] { ("hostname", spec.Hostname), ("domainname", spec.Domainname) })
        {
            if (!string.IsNullOrEmpty(value) && !seen.Contains("uts"))
            {
                throw new InvalidArgumentException($"{name}: {value} would change the host: the container has no uts namespace of its own");
            }

            NoNul(value, name);
            if (value is not null && System.Text.Encoding.UTF8.GetByteCount(value) > LongestName)
            {
                throw new InvalidArgumentException($"{name}: {value} is longer than {LongestName} bytes");
            }
        }

        CheckOffsets(linux, seen.Contains("time"));
        CheckMappings(linux.UidMappings, "linux.uidMappings");
        CheckMappings(linux.GidMappings, "linux.gidMappings");
        var hasUser = NamespaceKinds.MakesNew(linux, "user");
        if (hasUser && (linux.UidMappings is not { Count: > 0 } || linux.GidMappings is not { Count: > 0 }))
        {
            throw new InvalidArgumentException("linux.uidMappings and linux.gidMappings are needed with a new user namespace");
        }
    }

    private static void CheckOffsets(LinuxSpec linux, bool hasTime)
    {
        foreach (var (clock, offset) in linux.TimeOffsets ?? new Dictionary<string, TimeOffset>())
        {
            const uint second = 1_000_000_000;
            if (clock is not ("boottime" or "monotonic"))
            {
                throw new InvalidArgumentException($"linux.timeOffsets: {clock} is neither boottime nor monotonic");
            }

            if (offset.Nanosecs >= second)
            {
                throw new InvalidArgumentException($"linux.timeOffsets.{clock}.nanosecs: {offset.Nanosecs} is not below {second}");
            }

            if (!hasTime)
            {
                throw new InvalidArgumentException($"linux.timeOffsets.{clock}: {offset.Secs} would change the host: the container has no time namespace of its own");
            }
        }
    }

    private static void CheckMappings(IReadOnlyList<IdMapping>? mappings, string field)
    {
        for (var i = 0; i < (mappings?.Count ?? 0); i++)
        {
            var (inside, outside, size) = ((ulong)mappings![i].ContainerId, (ulong)mappings[i].HostId, (ulong)mappings[i].Size);
            if (size == 0 || inside + size > uint.MaxValue || outside + size > uint.MaxValue)
            {
                throw new InvalidArgumentException($"{field}[{i}]: size {size} from {inside} and {outside} on is not a range of ids: 1 to 4294967295 of them");
            }
        }
    }

    private static void CheckDevices(LinuxSpec linux)
    {
        for (var i = 0; i < (linux.Devices?.Count ?? 0); i++)
        {
            var device = linux.Devices![i];
            Absolute(device.Path, $"{At("linux.devices", i)}.path");
            if (device.Type is not ("b" or "c" or "u" or "p"))
            {
                throw new InvalidArgumentException($"linux.devices: {device.Path}: type {device.Type} is none of b, c, u, p");
            }

            if (device.Type != "p" && (device.Major is null || device.Minor is null))
            {
                throw new InvalidArgumentException($"linux.devices: {device.Path}: major and minor number are needed");
            }

            DeviceNumbers.CheckMajor(device.Major, $"{At("linux.devices", i)}.major");
            DeviceNumbers.CheckMinor(device.Minor, $"{At("linux.devices", i)}.minor");
            IsId(device.Uid, $"{At("linux.devices", i)}.uid");
            IsId(device.Gid, $"{At("linux.devices", i)}.gid");
        }
    }

    private static void CheckMount(MountSpec mount, string field)
    {
        Absolute(mount.Destination, $"{field}.destination");
        NoNul(mount.Source, $"{field}.source");
        NoNul(mount.Type, $"{field}.type");
        NoNul(mount.Options, $"{field}.options");
        CheckMappings(mount.UidMappings, $"{field}.uidMappings");
        CheckMappings(mount.GidMappings, $"{field}.gidMappings");
    }

    private static void CheckHooks(HooksSpec? hooks)
    {
        if (hooks is null)
        {
            return;
        }

        foreach (var (name, list) in new[]
        {
            ("prestart", hooks.Prestart), ("createRuntime", hooks.CreateRuntime), ("createContainer", hooks.CreateContainer),
            ("startContainer", hooks.StartContainer), ("poststart", hooks.Poststart), ("poststop", hooks.Poststop),
        })
        {
            for (var i = 0; i < (list?.Count ?? 0); i++)
            {
                Absolute(list![i].Path, $"hooks.{name}[{i}].path");
                if (list[i].Timeout is <= 0)
                {
                    throw new InvalidArgumentException($"hooks.{name}[{i}].timeout: {list[i].Timeout} is not above 0");
                }

                NoNul(list[i].Args, $"hooks.{name}[{i}].args");
                NoNul(list[i].Env, $"hooks.{name}[{i}].env");
            }
        }
    }
}
