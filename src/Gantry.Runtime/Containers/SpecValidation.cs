using Gantry.Spec;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Containers;

/// <summary>Refuses a config.json that no container can be made from, in one sentence with the field and its value.</summary>
internal static class SpecValidation
{
    public static void Check(ContainerSpec spec)
    {
        if (!spec.OciVersion.StartsWith("1.", StringComparison.Ordinal))
        {
            throw new InvalidArgumentException($"ociVersion: {spec.OciVersion} is not supported: only 1.x is");
        }

        CheckProcess(spec.Process ?? throw new InvalidArgumentException("process is missing: there is nothing to run"), "process");
        CheckHooks(spec.Hooks);
        var linux = spec.Linux ?? new();
        CheckNamespaces(spec, linux);
        for (var i = 0; i < (spec.Mounts?.Count ?? 0); i++)
        {
            Absolute(spec.Mounts![i].Destination, $"mounts[{i}].destination");
        }

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
            Sysctls.Check(key, value, type => linux.Namespaces?.Any(n => n.Type == type) == true);
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

    public static void CheckProcess(ProcessSpec process, string field)
    {
        if (process.Args is not { Count: > 0 } args || args[0].Length == 0)
        {
            throw new InvalidArgumentException($"{field}.args is empty: there is nothing to run");
        }

        Absolute(process.Cwd ?? "/", $"{field}.cwd");
        NoNul(args, $"{field}.args");
        NoNul(process.Env ?? [], $"{field}.env");
        HashSet<string> limits = [];
        foreach (var limit in process.Rlimits ?? [])
        {
            _ = Rlimits.NumberOf(limit.Type);
            if (!limits.Add(limit.Type))
            {
                throw new InvalidArgumentException($"{field}.rlimits: {limit.Type} is there twice");
            }

            if (limit.Soft > limit.Hard)
            {
                throw new InvalidArgumentException($"{field}.rlimits: {limit.Type}: the soft limit {limit.Soft} is above the hard limit {limit.Hard}");
            }
        }

        if (process.OomScoreAdj is < -1000 or > 1000)
        {
            throw new InvalidArgumentException($"{field}.oomScoreAdj: {process.OomScoreAdj} is not between -1000 and 1000");
        }

        AppArmor.Check(process.ApparmorProfile, $"{field}.apparmorProfile");
        if (!string.IsNullOrEmpty(process.SelinuxLabel))
        {
            throw new UnsupportedException($"{field}.selinuxLabel: {process.SelinuxLabel}: SELinux labels are not supported");
        }

        foreach (var (name, list) in new[] { ("initial", process.ExecCpuAffinity?.Initial), ("final", process.ExecCpuAffinity?.Final) })
        {
            if (!string.IsNullOrEmpty(list))
            {
                _ = CpuList.Parse(list, $"{field}.execCPUAffinity.{name}");
            }
        }
    }

    private static void CheckNamespaces(ContainerSpec spec, LinuxSpec linux)
    {
        HashSet<string> seen = [];
        foreach (var entry in linux.Namespaces ?? [])
        {
            _ = NamespaceKinds.Parse(entry.Type);
            if (!seen.Add(entry.Type))
            {
                throw new InvalidArgumentException($"linux.namespaces: {entry.Type} is there twice");
            }

            if (!string.IsNullOrEmpty(entry.Path))
            {
                Absolute(entry.Path, "linux.namespaces.path");
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
        }

        CheckOffsets(linux, seen.Contains("time"));
        CheckMappings(linux.UidMappings, "linux.uidMappings");
        CheckMappings(linux.GidMappings, "linux.gidMappings");
        var hasUser = linux.Namespaces?.Any(n => n.Type == "user" && string.IsNullOrEmpty(n.Path)) == true;
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
        foreach (var device in linux.Devices ?? [])
        {
            Absolute(device.Path, "linux.devices.path");
            if (device.Type is not ("b" or "c" or "u" or "p"))
            {
                throw new InvalidArgumentException($"linux.devices: {device.Path}: type {device.Type} is none of b, c, u, p");
            }

            if (device.Type != "p" && (device.Major is null or < 0 || device.Minor is null or < 0))
            {
                throw new InvalidArgumentException($"linux.devices: {device.Path}: major and minor number are needed");
            }
        }
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

                NoNul(list[i].Args ?? [], $"hooks.{name}[{i}].args");
                NoNul(list[i].Env ?? [], $"hooks.{name}[{i}].env");
            }
        }
    }

    private static void Absolute(string path, string field)
    {
        if (path is not ['/', ..] || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new InvalidArgumentException($"{field}: {path} is not an absolute path");
        }
    }

    private static void NoNul(IReadOnlyList<string> texts, string field)
    {
        if (texts.FirstOrDefault(t => t.Contains('\0', StringComparison.Ordinal)) is { } bad)
        {
            throw new InvalidArgumentException($"{field}: {bad.Replace("\0", "\\0", StringComparison.Ordinal)} contains a NUL character");
        }
    }
}
