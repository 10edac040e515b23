namespace Gantry.Spec.Runtime.Reading;

internal static class ProcessSpecReader
{
    public static ProcessSpec? Read(ref SpecReader reader) => reader.BeginObject() ? ReadProperties(ref reader) : null;

    public static ProcessSpec ReadProperties(ref SpecReader reader)
    {
        var result = new ProcessSpec();
        while (reader.NextProperty())
        {
            if (reader.Is("terminal"u8))
            {
                result = result with { Terminal = reader.Bool() ?? false };
            }
            else if (reader.Is("consoleSize"u8))
            {
                result = result with { ConsoleSize = ReadConsoleSize(ref reader) };
            }
            else if (reader.Is("user"u8))
            {
                result = result with { User = ReadUser(ref reader) };
            }
            else if (reader.Is("args"u8))
            {
                result = result with { Args = reader.Strings() };
            }
            else if (reader.Is("env"u8))
            {
                result = result with { Env = reader.Strings() };
            }
            else if (reader.Is("cwd"u8))
            {
                result = result with { Cwd = reader.String() };
            }
            else if (reader.Is("capabilities"u8))
            {
                result = result with { Capabilities = ReadCapabilities(ref reader) };
            }
            else if (reader.Is("rlimits"u8))
            {
                result = result with { Rlimits = ReadRlimits(ref reader) };
            }
            else if (reader.Is("noNewPrivileges"u8))
            {
                result = result with { NoNewPrivileges = reader.Bool() ?? false };
            }
            else if (reader.Is("apparmorProfile"u8))
            {
                result = result with { ApparmorProfile = reader.String() };
            }
            else if (reader.Is("oomScoreAdj"u8))
            {
                result = result with { OomScoreAdj = reader.Int32() };
            }
            else if (reader.Is("scheduler"u8))
            {
                result = result with { Scheduler = ReadScheduler(ref reader) };
            }
            else if (reader.Is("selinuxLabel"u8))
            {
                result = result with { SelinuxLabel = reader.String() };
            }
            else if (reader.Is("ioPriority"u8))
            {
                result = result with { IoPriority = ReadIoPriority(ref reader) };
            }
            else if (reader.Is("execCPUAffinity"u8))
            {
                result = result with { ExecCpuAffinity = ReadAffinity(ref reader) };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    private static ConsoleSize? ReadConsoleSize(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new ConsoleSize();
        while (reader.NextProperty())
        {
            if (reader.Is("height"u8))
            {
                result = result with { Height = reader.UInt32() ?? 0 };
            }
            else if (reader.Is("width"u8))
            {
                result = result with { Width = reader.UInt32() ?? 0 };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    private static UserSpec? ReadUser(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new UserSpec();
        while (reader.NextProperty())
        {
            if (reader.Is("uid"u8))
            {
                result = result with { Uid = reader.UInt32() ?? 0 };
            }
            else if (reader.Is("gid"u8))
            {
                result = result with { Gid = reader.UInt32() ?? 0 };
            }
            else if (reader.Is("umask"u8))
            {
                result = result with { Umask = reader.UInt32() };
            }
            else if (reader.Is("additionalGids"u8))
            {
                result = result with { AdditionalGids = reader.Numbers() };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    private static CapabilitiesSpec? ReadCapabilities(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new CapabilitiesSpec();
        while (reader.NextProperty())
        {
            if (reader.Is("bounding"u8))
            {
                result = result with { Bounding = reader.Strings() };
            }
            else if (reader.Is("effective"u8))
            {
                result = result with { Effective = reader.Strings() };
            }
            else if (reader.Is("inheritable"u8))
            {
                result = result with { Inheritable = reader.Strings() };
            }
            else if (reader.Is("permitted"u8))
            {
                result = result with { Permitted = reader.Strings() };
            }
            else if (reader.Is("ambient"u8))
            {
                result = result with { Ambient = reader.Strings() };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    private static List<RlimitSpec>? ReadRlimits(ref SpecReader reader)
    {
        if (!reader.BeginArray())
        {
            return null;
        }

        List<RlimitSpec> list = [];
        while (reader.NextElement())
        {
            if (ReadRlimit(ref reader) is { } element)
            {
                list.Add(element);
            }
        }

        return list;
    }

    private static RlimitSpec? ReadRlimit(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new RlimitSpec { Type = string.Empty };
        while (reader.NextProperty())
        {
            if (reader.Is("type"u8))
            {
                result = result with { Type = reader.String() ?? string.Empty };
            }
            else if (reader.Is("hard"u8))
            {
                result = result with { Hard = reader.UInt64() ?? 0 };
            }
            else if (reader.Is("soft"u8))
            {
                result = result with { Soft = reader.UInt64() ?? 0 };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    private static SchedulerSpec? ReadScheduler(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new SchedulerSpec { Policy = string.Empty };
        while (reader.NextProperty())
        {
            if (reader.Is("policy"u8))
            {
                result = result with { Policy = reader.String() ?? string.Empty };
            }
            else if (reader.Is("nice"u8))
            {
                result = result with { Nice = reader.Int32() };
            }
            else if (reader.Is("priority"u8))
            {
                result = result with { Priority = reader.Int32() };
            }
            else if (reader.Is("flags"u8))
            {
                result = result with { Flags = reader.Strings() };
            }
            else if (reader.Is("runtime"u8))
            {
                result = result with { Runtime = reader.UInt64() };
            }
            else if (reader.Is("deadline"u8))
            {
                result = result with { Deadline = reader.UInt64() };
            }
            else if (reader.Is("period"u8))
            {
                result = result with { Period = reader.UInt64() };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    private static IoPrioritySpec? ReadIoPriority(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new IoPrioritySpec { Class = string.Empty };
        while (reader.NextProperty())
        {
            if (reader.Is("class"u8))
            {
                result = result with { Class = reader.String() ?? string.Empty };
            }
            else if (reader.Is("priority"u8))
            {
                result = result with { Priority = reader.Int32() ?? 0 };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    private static CpuAffinitySpec? ReadAffinity(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new CpuAffinitySpec();
        while (reader.NextProperty())
        {
            if (reader.Is("initial"u8))
            {
                result = result with { Initial = reader.String() };
            }
            else if (reader.Is("final"u8))
            {
                result = result with { Final = reader.String() };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }
}
