namespace Gantry.Spec.Runtime.Reading;

internal static class LinuxSpecReader
{
    public static LinuxSpec? Read(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new LinuxSpec();
        while (reader.NextProperty())
        {
            if (reader.Is("namespaces"u8))
            {
                result = result with { Namespaces = ReadNamespaces(ref reader) };
            }
            else if (reader.Is("uidMappings"u8))
            {
                result = result with { UidMappings = ReadMappings(ref reader) };
            }
            else if (reader.Is("gidMappings"u8))
            {
                result = result with { GidMappings = ReadMappings(ref reader) };
            }
            else if (reader.Is("timeOffsets"u8))
            {
                result = result with { TimeOffsets = ReadTimeOffsets(ref reader) };
            }
            else if (reader.Is("devices"u8))
            {
                result = result with { Devices = ReadDevices(ref reader) };
            }
            else if (reader.Is("cgroupsPath"u8))
            {
                result = result with { CgroupsPath = reader.String() };
            }
            else if (reader.Is("resources"u8))
            {
                result = result with { Resources = ResourcesSpecReader.Read(ref reader) };
            }
            else if (reader.Is("rootfsPropagation"u8))
            {
                result = result with { RootfsPropagation = reader.String() };
            }
            else if (reader.Is("seccomp"u8))
            {
                result = result with { SeccompJson = reader.Raw().ToArray() };
            }
            else if (reader.Is("sysctl"u8))
            {
                result = result with { Sysctl = reader.Map() };
            }
            else if (reader.Is("maskedPaths"u8))
            {
                result = result with { MaskedPaths = reader.Strings() };
            }
            else if (reader.Is("readonlyPaths"u8))
            {
                result = result with { ReadonlyPaths = reader.Strings() };
            }
            else if (reader.Is("mountLabel"u8))
            {
                result = result with { MountLabel = reader.String() };
            }
            else if (reader.Is("intelRdt"u8))
            {
                result = result with { IntelRdt = ReadIntelRdt(ref reader) };
            }
            else if (reader.Is("personality"u8))
            {
                result = result with { Personality = ReadPersonality(ref reader) };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    public static List<IdMapping>? ReadMappings(ref SpecReader reader)
    {
        if (!reader.BeginArray())
        {
            return null;
        }

        List<IdMapping> list = [];
        while (reader.NextElement())
        {
            if (ReadMapping(ref reader) is { } element)
            {
                list.Add(element);
            }
        }

        return list;
    }

    private static IdMapping? ReadMapping(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new IdMapping();
        while (reader.NextProperty())
        {
            if (reader.Is("containerID"u8))
            {
                result = result with { ContainerId = reader.UInt32() ?? 0 };
            }
            else if (reader.Is("hostID"u8))
            {
                result = result with { HostId = reader.UInt32() ?? 0 };
            }
            else if (reader.Is("size"u8))
            {
                result = result with { Size = reader.UInt32() ?? 0 };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    private static List<NamespaceSpec>? ReadNamespaces(ref SpecReader reader)
    {
        if (!reader.BeginArray())
        {
            return null;
        }

        List<NamespaceSpec> list = [];
        while (reader.NextElement())
        {
            if (ReadNamespace(ref reader) is { } element)
            {
                list.Add(element);
            }
        }

        return list;
    }

    private static NamespaceSpec? ReadNamespace(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new NamespaceSpec { Type = string.Empty };
        while (reader.NextProperty())
        {
            if (reader.Is("type"u8))
            {
                result = result with { Type = reader.String() ?? string.Empty };
            }
            else if (reader.Is("path"u8))
            {
                result = result with { Path = reader.String() };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    private static List<DeviceSpec>? ReadDevices(ref SpecReader reader)
    {
        if (!reader.BeginArray())
        {
            return null;
        }

        List<DeviceSpec> list = [];
        while (reader.NextElement())
        {
            if (ReadDevice(ref reader) is { } element)
            {
                list.Add(element);
            }
        }

        return list;
    }

    private static DeviceSpec? ReadDevice(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new DeviceSpec { Type = string.Empty, Path = string.Empty };
        while (reader.NextProperty())
        {
            if (reader.Is("type"u8))
            {
                result = result with { Type = reader.String() ?? string.Empty };
            }
            else if (reader.Is("path"u8))
            {
                result = result with { Path = reader.String() ?? string.Empty };
            }
            else if (reader.Is("major"u8))
            {
                result = result with { Major = reader.Int64() };
            }
            else if (reader.Is("minor"u8))
            {
                result = result with { Minor = reader.Int64() };
            }
            else if (reader.Is("fileMode"u8))
            {
                result = result with { FileMode = reader.UInt32() };
            }
            else if (reader.Is("uid"u8))
            {
                result = result with { Uid = reader.UInt32() };
            }
            else if (reader.Is("gid"u8))
            {
                result = result with { Gid = reader.UInt32() };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    private static Dictionary<string, TimeOffset>? ReadTimeOffsets(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        Dictionary<string, TimeOffset> map = [];
        while (reader.NextProperty())
        {
            var name = reader.Name();
            map[name] = ReadTimeOffset(ref reader) ?? new();
        }

        return map;
    }

    private static TimeOffset? ReadTimeOffset(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new TimeOffset();
        while (reader.NextProperty())
        {
            if (reader.Is("secs"u8))
            {
                result = result with { Secs = reader.Int64() ?? 0 };
            }
            else if (reader.Is("nanosecs"u8))
            {
                result = result with { Nanosecs = reader.UInt32() ?? 0 };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    private static IntelRdtSpec? ReadIntelRdt(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new IntelRdtSpec();
        while (reader.NextProperty())
        {
            if (reader.Is("closID"u8))
            {
                result = result with { ClosId = reader.String() };
            }
            else if (reader.Is("l3CacheSchema"u8))
            {
                result = result with { L3CacheSchema = reader.String() };
            }
            else if (reader.Is("memBwSchema"u8))
            {
                result = result with { MemBwSchema = reader.String() };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    private static PersonalitySpec? ReadPersonality(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new PersonalitySpec { Domain = string.Empty };
        while (reader.NextProperty())
        {
            if (reader.Is("domain"u8))
            {
                result = result with { Domain = reader.String() ?? string.Empty };
            }
            else if (reader.Is("flags"u8))
            {
                result = result with { Flags = reader.Strings() };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }
}
