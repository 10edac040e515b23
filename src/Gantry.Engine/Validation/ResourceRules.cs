using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Validation;

/// <summary>Limits: each in its range and not at odds with another.</summary>
internal static class ResourceRules
{
    private const long LeastMemory = 6L << 20;

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

        CheckCpuList(host.CpusetCpus, "CPU");
        CheckCpuList(host.CpusetMems, "memory node");
        if (host.CpuRealtimeRuntime > 0 && host.CpuRealtimePeriod > 0 && host.CpuRealtimeRuntime > host.CpuRealtimePeriod)
        {
            throw new InvalidArgumentException("cpu real-time runtime cannot be higher than cpu real-time period");
        }
    }

    private static void CheckCpuList(string list, string what)
    {
        if (list.AsSpan().ContainsAnyExcept("0123456789,-".AsSpan()))
        {
            throw new InvalidArgumentException($"Invalid value {list} for {what} set");
        }
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
