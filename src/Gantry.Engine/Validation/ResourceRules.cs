using System.Globalization;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Validation;

/// <summary>Limits: each in its range and not at odds with another.</summary>
internal static class ResourceRules
{
    private const long LeastMemory = 6L << 20;
    private const int MostProcessors = 8192;

    public static void Check(HostConfig host)
    {
        CheckMemory(host);
        CheckProcessor(host);
        CheckBlockDevices(host);
        foreach (var limit in host.Ulimits ?? [])
        {
            if (!Bundles.Rlimits.IsKnown(limit.Name))
            {
                throw new InvalidArgumentException($"invalid ulimit type: {limit.Name}");
            }

            if (limit.Hard != -1 && (limit.Soft > limit.Hard || limit.Soft == -1))
            {
                throw new InvalidArgumentException($"ulimit soft limit must be less than or equal to hard limit: {limit.Soft} > {limit.Hard}");
            }
        }

        foreach (var device in host.Devices ?? [])
        {
            if (device.CgroupPermissions.Length > 0 && device.CgroupPermissions.AsSpan().ContainsAnyExcept("rwm".AsSpan()))
            {
                throw new InvalidArgumentException($"invalid device mode: {device.CgroupPermissions}");
            }
        }

        foreach (var rule in host.DeviceCgroupRules ?? [])
        {
            _ = Bundles.DeviceRule.Parse(rule);
        }
    }

    /// <summary>What is taken and does not do what it seems to.</summary>
    public static void Warn(HostConfig host, List<string> warnings)
    {
        if (host.OomKillDisable == true && host.Memory == 0)
        {
            warnings.Add("OOM killer is disabled for the container, but no memory limit is set, this can result in the system running out of resources.");
        }

        if (host.KernelMemory != 0)
        {
            warnings.Add("Your kernel does not support kernel memory limit capabilities or the cgroup is not mounted. Limitation discarded.");
        }

        if (host.KernelMemoryTCP != 0)
        {
            warnings.Add("Your kernel does not support kernel memory TCP limit capabilities or the cgroup is not mounted. Limitation discarded.");
        }
    }

    private static void CheckMemory(HostConfig host)
    {
        if (host.ShmSize < 0)
        {
            throw new InvalidArgumentException("SHM size can not be less than 0");
        }

        if (host.Memory is not 0 and < LeastMemory)
        {
            throw new InvalidArgumentException("Minimum memory limit allowed is 6MB");
        }

        if (host.MemorySwap > 0 && host.Memory == 0)
        {
            throw new InvalidArgumentException("You should always set the Memory limit when using Memoryswap limit, see usage");
        }

        if (host.MemorySwap > 0 && host.MemorySwap < host.Memory)
        {
            throw new InvalidArgumentException("Minimum memoryswap limit should be larger than memory limit, see usage");
        }

        if (host.MemorySwappiness is { } swappiness and not -1 && swappiness is < 0 or > 100)
        {
            throw new InvalidArgumentException($"Invalid value: {swappiness}, valid memory swappiness range is 0-100");
        }

        if (host.MemoryReservation is not 0 and < LeastMemory)
        {
            throw new InvalidArgumentException("Minimum memory reservation allowed is 6MB");
        }

        if (host.Memory > 0 && host.MemoryReservation > host.Memory)
        {
            throw new InvalidArgumentException("Minimum memory limit can not be less than memory reservation limit, see usage");
        }
    }

    private static void CheckProcessor(HostConfig host)
    {
        if (host.NanoCpus > 0 && (host.CpuPeriod > 0 || host.CpuQuota > 0))
        {
            throw new InvalidArgumentException($"Conflicting options: Nano CPUs and CPU {(host.CpuPeriod > 0 ? "Period" : "Quota")} cannot both be set");
        }

        if (host.NanoCpus < 0 || host.NanoCpus > Environment.ProcessorCount * 1_000_000_000L)
        {
            throw new InvalidArgumentException($"range of CPUs is from 0.01 to {Environment.ProcessorCount}.00, as there are only {Environment.ProcessorCount} CPUs available");
        }

        if (host.CpuShares < 0)
        {
            throw new InvalidArgumentException($"invalid CPU shares ({host.CpuShares}): value must be a positive integer");
        }

        if (host.CpuPeriod != 0 && host.CpuPeriod is < 1000 or > 1_000_000)
        {
            throw new InvalidArgumentException("CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
        }

        if (host.CpuQuota is > 0 and < 1000)
        {
            throw new InvalidArgumentException("CPU cfs quota can not be less than 1ms (i.e. 1000)");
        }

        CheckSet(host.CpusetCpus, "cpuset cpus", "CPUs", "/sys/devices/system/cpu/online");
        CheckSet(host.CpusetMems, "cpuset mems", "memory nodes", "/sys/devices/system/node/online");
        if (host.CpuRealtimeRuntime > 0 && host.CpuRealtimePeriod > 0 && host.CpuRealtimeRuntime > host.CpuRealtimePeriod)
        {
            throw new InvalidArgumentException("cpu real-time runtime cannot be higher than cpu real-time period");
        }
    }

    /// <param name="list">As in <c>0-2,5</c>.</param>
    /// <param name="name">What it is, for messages.</param>
    /// <param name="of">What there is of them, for messages.</param>
    /// <param name="online">The kernel's list of those that are there; a kernel without one has the first only.</param>
    private static void CheckSet(string list, string name, string of, string online)
    {
        if (list.Length == 0)
        {
            return;
        }

        var wanted = Numbers(list) ?? throw new InvalidArgumentException($"Invalid value {list} for {name}: invalid format: {list}");
        var available = File.Exists(online) ? File.ReadAllText(online).Trim() : "0";
        if (Numbers(available) is { } there && !wanted.IsSubsetOf(there))
        {
            throw new InvalidArgumentException($"Requested {of} are not available - requested {list}, available: {available}");
        }
    }

    /// <summary>Null for what is no list (cpuset(7), "List format").</summary>
    private static HashSet<int>? Numbers(string list)
    {
        var all = new HashSet<int>();
        foreach (var part in list.Split(','))
        {
            var bounds = part.Split('-', 2);
            if (!int.TryParse(bounds[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
                || !int.TryParse(bounds[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last) || last < first || last > MostProcessors)
            {
                return null;
            }

            all.UnionWith(Enumerable.Range(first, last - first + 1));
        }

        return all;
    }

    private static void CheckBlockDevices(HostConfig host)
    {
        if (host.BlkioWeight is not 0 and (< 10 or > 1000))
        {
            throw new InvalidArgumentException("Range of blkio weight is from 10 to 1000");
        }

        foreach (var device in host.BlkioWeightDevice ?? [])
        {
            if (device.Weight is < 10 or > 1000)
            {
                throw new InvalidArgumentException($"Range of blkio weight is from 10 to 1000: {device.Path}:{device.Weight}");
            }
        }

        foreach (var device in (host.BlkioDeviceReadBps ?? []).Concat(host.BlkioDeviceWriteBps ?? [])
            .Concat(host.BlkioDeviceReadIOps ?? []).Concat(host.BlkioDeviceWriteIOps ?? []))
        {
            if (device.Rate < 0)
            {
                throw new InvalidArgumentException($"invalid rate for device {device.Path}: {device.Rate}");
            }
        }
    }
}
