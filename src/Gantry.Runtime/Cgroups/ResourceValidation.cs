using Gantry.Runtime.Containers;
using Gantry.Spec;
using Gantry.Spec.Runtime;
using static Gantry.Runtime.Containers.Fields;

namespace Gantry.Runtime.Cgroups;

/// <summary>Refuses limits that no kernel takes; those of this kernel and machine are known when they are written.</summary>
internal static class ResourceValidation
{
    private const string Field = "linux.resources";

    public static void Check(ResourcesSpec resources)
    {
        for (var i = 0; i < (resources.Devices?.Count ?? 0); i++)
        {
            DeviceRules.Check(resources.Devices![i], At($"{Field}.devices", i));
        }

        CheckMemory(resources.Memory);
        CheckCpu(resources.Cpu);
        CheckBlockIo(resources.BlockIo);
        for (var i = 0; i < (resources.HugepageLimits?.Count ?? 0); i++)
        {
            CheckPageSize(resources.HugepageLimits![i].PageSize, At($"{Field}.hugepageLimits", i));
        }

        for (var i = 0; i < (resources.Network?.Priorities?.Count ?? 0); i++)
        {
            CheckName(resources.Network!.Priorities![i].Name, $"{At($"{Field}.network.priorities", i)}.name", "an interface");
        }

        foreach (var (device, _) in resources.Rdma ?? new Dictionary<string, RdmaSpec>())
        {
            CheckName(device, $"{Field}.rdma", "a device");
        }

        foreach (var (file, value) in resources.Unified ?? new Dictionary<string, string>())
        {
            _ = UnifiedLimits.ControllerOf(file);
            NoNul(value, $"{Field}.unified.{file}");
        }
    }

    private static void CheckMemory(MemorySpec? memory)
    {
        Bytes(memory?.Limit, "limit");
        Bytes(memory?.Reservation, "reservation");
        Bytes(memory?.Swap, "swap");
        Bytes(memory?.Kernel, "kernel");
        Bytes(memory?.KernelTcp, "kernelTCP");
        if (memory is { Swap: > 0 and var both, Limit: > 0 and var limit } && both < limit)
        {
            throw new InvalidArgumentException($"{Field}.memory.swap: {both} is below the memory limit {limit}: it counts memory and swap together");
        }
    }

    private static void Bytes(long? value, string name)
    {
        if (value < -1)
        {
            throw new InvalidArgumentException($"{Field}.memory.{name}: {value} is neither a number of bytes nor -1 for no limit");
        }
    }

    private static void CheckCpu(CpuSpec? cpu)
    {
        if (cpu is null)
        {
            return;
        }

        const int least = 1000;
        const int longest = 1_000_000;
        if (cpu.Quota is > 0 and < least)
        {
            throw new InvalidArgumentException($"{Field}.cpu.quota: {cpu.Quota} is not {least} microseconds or more, nor 0 or below for no limit");
        }

        if (cpu.Period is not (null or 0 or (>= least and <= longest)))
        {
            throw new InvalidArgumentException($"{Field}.cpu.period: {cpu.Period} is not from {least} to {longest} microseconds, nor 0 for the kernel's own");
        }

        Between(cpu.Idle, 0, 1, $"{Field}.cpu.idle");
        List(cpu.Cpus, $"{Field}.cpu.cpus", "processors");
        List(cpu.Mems, $"{Field}.cpu.mems", "memory nodes");
    }

    private static void List(string? list, string field, string what)
    {
        if (!string.IsNullOrEmpty(list))
        {
            _ = CpuList.Parse(list, field, what);
        }
    }

    private static void CheckBlockIo(BlockIoSpec? io)
    {
        if (io is null)
        {
            return;
        }

        const string field = $"{Field}.blockIO";
        Weight(io.Weight, $"{field}.weight");
        NoLeafWeight(io.LeafWeight, $"{field}.leafWeight");
        for (var i = 0; i < (io.WeightDevice?.Count ?? 0); i++)
        {
            var place = At($"{field}.weightDevice", i);
            Device(io.WeightDevice![i].Major, io.WeightDevice[i].Minor, place);
            Weight(io.WeightDevice[i].Weight, $"{place}.weight");
            NoLeafWeight(io.WeightDevice[i].LeafWeight, $"{place}.leafWeight");
        }

        foreach (var (name, list) in new[]
        {
            ("throttleReadBpsDevice", io.ThrottleReadBpsDevice), ("throttleWriteBpsDevice", io.ThrottleWriteBpsDevice),
            ("throttleReadIOPSDevice", io.ThrottleReadIopsDevice), ("throttleWriteIOPSDevice", io.ThrottleWriteIopsDevice),
        })
        {
            for (var i = 0; i < (list?.Count ?? 0); i++)
            {
                Device(list![i].Major, list[i].Minor, At($"{field}.{name}", i));
            }
        }
    }

    private static void Weight(ushort? weight, string field)
    {
        if (weight is not (null or 0))
        {
            Between(weight, 10, 1000, field);
        }
    }

    private static void NoLeafWeight(ushort? weight, string field)
    {
        if (weight is not (null or 0))
        {
            throw new UnsupportedException($"{field}: {weight}: kernels have had no weight of leaves since 5.0");
        }
    }

    private static void Device(long major, long minor, string field)
    {
        DeviceNumbers.CheckMajor(major, $"{field}.major");
        DeviceNumbers.CheckMinor(minor, $"{field}.minor");
    }

    private static void CheckPageSize(string size, string field)
    {
        if (size.Length < 3 || size[^1] != 'B' || size[^2] is not ('K' or 'M' or 'G') || size[0] == '0' || size.AsSpan(0, size.Length - 2).ContainsAnyExceptInRange('0', '9'))
        {
            throw new InvalidArgumentException($"{field}.pageSize: {size} is not a size such as 64KB, 2MB, 1GB");
        }
    }

    private static void CheckName(string name, string field, string what)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAny(" \n\0"))
        {
            throw new InvalidArgumentException($"{field}: \"{name.Replace("\0", "\\0", StringComparison.Ordinal)}\" is not the name of {what}");
        }
    }
}
