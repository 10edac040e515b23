namespace Gantry.Spec.Runtime.Reading;

internal static class ResourcesSpecReader
{
    public static ResourcesSpec? Read(ref SpecReader reader) => reader.BeginObject() ? ReadProperties(ref reader) : null;

    public static ResourcesSpec ReadProperties(ref SpecReader reader)
    {
        var result = new ResourcesSpec();
        while (reader.NextProperty())
        {
            if (reader.Is("devices"u8))
            {
                result = result with { Devices = ReadDevices(ref reader) };
            }
            else if (reader.Is("memory"u8))
            {
                result = result with { Memory = ReadMemory(ref reader) };
            }
            else if (reader.Is("cpu"u8))
            {
                result = result with { Cpu = ReadCpu(ref reader) };
            }
            else if (reader.Is("pids"u8))
            {
                result = result with { Pids = ReadPids(ref reader) };
            }
            else if (reader.Is("blockIO"u8))
            {
                result = result with { BlockIo = BlockIoSpecReader.Read(ref reader) };
            }
            else if (reader.Is("hugepageLimits"u8))
            {
                result = result with { HugepageLimits = ReadHugepages(ref reader) };
            }
            else if (reader.Is("network"u8))
            {
                result = result with { Network = ReadNetwork(ref reader) };
            }
            else if (reader.Is("rdma"u8))
            {
                result = result with { Rdma = ReadRdma(ref reader) };
            }
            else if (reader.Is("unified"u8))
            {
                result = result with { Unified = reader.Map() };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    private static List<DeviceCgroupSpec>? ReadDevices(ref SpecReader reader)
    {
        if (!reader.BeginArray())
        {
            return null;
        }

        List<DeviceCgroupSpec> list = [];
        while (reader.NextElement())
        {
            if (ReadDevice(ref reader) is { } element)
            {
                list.Add(element);
            }
        }

        return list;
    }

    private static DeviceCgroupSpec? ReadDevice(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new DeviceCgroupSpec();
        while (reader.NextProperty())
        {
            if (reader.Is("allow"u8))
            {
                result = result with { Allow = reader.Bool() ?? false };
            }
            else if (reader.Is("type"u8))
            {
                result = result with { Type = reader.String() };
            }
            else if (reader.Is("major"u8))
            {
                result = result with { Major = reader.Int64() };
            }
            else if (reader.Is("minor"u8))
            {
                result = result with { Minor = reader.Int64() };
            }
            else if (reader.Is("access"u8))
            {
                result = result with { Access = reader.String() };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    private static MemorySpec? ReadMemory(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new MemorySpec();
        while (reader.NextProperty())
        {
            if (reader.Is("limit"u8))
            {
                result = result with { Limit = reader.Int64() };
            }
            else if (reader.Is("reservation"u8))
            {
                result = result with { Reservation = reader.Int64() };
            }
            else if (reader.Is("swap"u8))
            {
                result = result with { Swap = reader.Int64() };
            }
            else if (reader.Is("kernel"u8))
            {
                result = result with { Kernel = reader.Int64() };
            }
            else if (reader.Is("kernelTCP"u8))
            {
                result = result with { KernelTcp = reader.Int64() };
            }
            else if (reader.Is("swappiness"u8))
            {
                result = result with { Swappiness = reader.UInt64() };
            }
            else if (reader.Is("disableOOMKiller"u8))
            {
                result = result with { DisableOomKiller = reader.Bool() };
            }
            else if (reader.Is("useHierarchy"u8))
            {
                result = result with { UseHierarchy = reader.Bool() };
            }
            else if (reader.Is("checkBeforeUpdate"u8))
            {
                result = result with { CheckBeforeUpdate = reader.Bool() };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    private static CpuSpec? ReadCpu(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new CpuSpec();
        while (reader.NextProperty())
        {
            if (reader.Is("shares"u8))
            {
                result = result with { Shares = reader.UInt64() };
            }
            else if (reader.Is("quota"u8))
            {
                result = result with { Quota = reader.Int64() };
            }
            else if (reader.Is("burst"u8))
            {
                result = result with { Burst = reader.UInt64() };
            }
            else if (reader.Is("period"u8))
            {
                result = result with { Period = reader.UInt64() };
            }
            else if (reader.Is("realtimeRuntime"u8))
            {
                result = result with { RealtimeRuntime = reader.Int64() };
            }
            else if (reader.Is("realtimePeriod"u8))
            {
                result = result with { RealtimePeriod = reader.UInt64() };
            }
            else if (reader.Is("cpus"u8))
            {
                result = result with { Cpus = reader.String() };
            }
            else if (reader.Is("mems"u8))
            {
                result = result with { Mems = reader.String() };
            }
            else if (reader.Is("idle"u8))
            {
                result = result with { Idle = reader.Int64() };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    private static PidsSpec? ReadPids(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new PidsSpec();
        while (reader.NextProperty())
        {
            if (reader.Is("limit"u8))
            {
                result = result with { Limit = reader.Int64() };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    private static List<HugepageLimitSpec>? ReadHugepages(ref SpecReader reader)
    {
        if (!reader.BeginArray())
        {
            return null;
        }

        List<HugepageLimitSpec> list = [];
        while (reader.NextElement())
        {
            if (ReadHugepage(ref reader) is { } element)
            {
                list.Add(element);
            }
        }

        return list;
    }

    private static HugepageLimitSpec? ReadHugepage(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new HugepageLimitSpec { PageSize = string.Empty };
        while (reader.NextProperty())
        {
            if (reader.Is("pageSize"u8))
            {
                result = result with { PageSize = reader.String() ?? string.Empty };
            }
            else if (reader.Is("limit"u8))
            {
                result = result with { Limit = reader.UInt64() ?? 0 };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    private static NetworkSpec? ReadNetwork(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new NetworkSpec();
        while (reader.NextProperty())
        {
            if (reader.Is("classID"u8))
            {
                result = result with { ClassId = reader.UInt32() };
            }
            else if (reader.Is("priorities"u8))
            {
                result = result with { Priorities = ReadPriorities(ref reader) };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    private static List<NetworkPrioritySpec>? ReadPriorities(ref SpecReader reader)
    {
        if (!reader.BeginArray())
        {
            return null;
        }

        List<NetworkPrioritySpec> list = [];
        while (reader.NextElement())
        {
            if (ReadPriority(ref reader) is { } element)
            {
                list.Add(element);
            }
        }

        return list;
    }

    private static NetworkPrioritySpec? ReadPriority(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new NetworkPrioritySpec { Name = string.Empty };
        while (reader.NextProperty())
        {
            if (reader.Is("name"u8))
            {
                result = result with { Name = reader.String() ?? string.Empty };
            }
            else if (reader.Is("priority"u8))
            {
                result = result with { Priority = reader.UInt32() ?? 0 };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    private static Dictionary<string, RdmaSpec>? ReadRdma(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        Dictionary<string, RdmaSpec> map = [];
        while (reader.NextProperty())
        {
            var name = reader.Name();
            map[name] = ReadRdmaLimits(ref reader) ?? new();
        }

        return map;
    }

    private static RdmaSpec? ReadRdmaLimits(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new RdmaSpec();
        while (reader.NextProperty())
        {
            if (reader.Is("hcaHandles"u8))
            {
                result = result with { HcaHandles = reader.UInt32() };
            }
            else if (reader.Is("hcaObjects"u8))
            {
                result = result with { HcaObjects = reader.UInt32() };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }
}
