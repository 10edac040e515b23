using System.Globalization;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Runtime.Cgroups;
using Gantry.Spec;
using Gantry.Spec.Runtime;
using Gantry.Spec.Runtime.Reading;

namespace Gantry.Runtime.Commands;

/// <summary><c>update</c>: other limits for a container that exists.</summary>
internal static class UpdateCommand
{
    public static int Run(GlobalOptions options, Arguments arguments, Messages messages)
    {
        string? file = null;
        var resources = new ResourcesSpec();
        while (arguments.NextOption() is { } option)
        {
            if (option is "resources" or "r")
            {
                file = arguments.Value(option);
            }
            else
            {
                resources = With(resources, option, arguments);
            }
        }

        var id = arguments.Id();
        var directory = ContainerDirectory.Open(options, id);
        var state = directory.ReadState();
        var status = state.StatusIn(directory.FullPath);
        if (status == "stopped")
        {
            throw new ConflictException($"cannot update container {id}: it has stopped");
        }

        if (state.CgroupPath.Length == 0)
        {
            throw new UnsupportedException($"cannot update container {id}: it has no cgroup of its own");
        }

        // What stands in a file is all there is, as runc has it.
        CgroupLimits.Apply(state.Cgroup, file is null ? resources : ReadFile(file), messages.Warn);
        return 0;
    }

    private static ResourcesSpec ReadFile(string file)
    {
        var path = file == "-" ? "/dev/stdin" : file;
        try
        {
            return ContainerSpecReader.ReadResources(HostFile.ReadAllBytes(path), file == "-" ? "standard input" : file);
        }
        catch (LinuxException e)
        {
            throw new NotFoundException($"update: option --resources: {file}: {LinuxException.Describe(e.Errno)}", e);
        }
    }

    private static ResourcesSpec With(ResourcesSpec resources, string option, Arguments arguments)
    {
        var memory = resources.Memory ?? new();
        var cpu = resources.Cpu ?? new();
        return option switch
        {
            "memory" => resources with { Memory = memory with { Limit = Signed(option, arguments) } },
            "memory-reservation" => resources with { Memory = memory with { Reservation = Signed(option, arguments) } },
            "memory-swap" => resources with { Memory = memory with { Swap = Signed(option, arguments) } },
            "kernel-memory" => resources with { Memory = memory with { Kernel = Signed(option, arguments) } },
            "kernel-memory-tcp" => resources with { Memory = memory with { KernelTcp = Signed(option, arguments) } },
            "pids-limit" => resources with { Pids = new() { Limit = Signed(option, arguments) } },
            "cpu-share" => resources with { Cpu = cpu with { Shares = Unsigned(option, arguments) } },
            "cpu-quota" => resources with { Cpu = cpu with { Quota = Signed(option, arguments) } },
            "cpu-period" => resources with { Cpu = cpu with { Period = Unsigned(option, arguments) } },
            "cpu-burst" => resources with { Cpu = cpu with { Burst = Unsigned(option, arguments) } },
            "cpu-idle" => resources with { Cpu = cpu with { Idle = Signed(option, arguments) } },
            "cpu-rt-runtime" => resources with { Cpu = cpu with { RealtimeRuntime = Signed(option, arguments) } },
            "cpu-rt-period" => resources with { Cpu = cpu with { RealtimePeriod = Unsigned(option, arguments) } },
            "cpuset-cpus" => resources with { Cpu = cpu with { Cpus = arguments.Value(option) } },
            "cpuset-mems" => resources with { Cpu = cpu with { Mems = arguments.Value(option) } },
            "blkio-weight" => resources with { BlockIo = new() { Weight = Weight(option, arguments) } },
            "l3-cache-schema" or "mem-bw-schema" => throw new UnsupportedException($"update: option --{option}: Intel RDT is not supported"),
            _ => throw arguments.Unknown(option),
        };
    }

    private static long Signed(string option, Arguments arguments) =>
        arguments.Value(option) is var text && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= -1
            ? number
            : throw new InvalidArgumentException($"update: option --{option}: {text} is not a whole number of -1 or above");

    private static ulong Unsigned(string option, Arguments arguments) =>
        arguments.Value(option) is var text && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidArgumentException($"update: option --{option}: {text} is not a whole number of 0 or above");

    private static ushort Weight(string option, Arguments arguments)
    {
        var weight = Unsigned(option, arguments);
        return weight is 0 or (>= 10 and <= 1000)
            ? (ushort)weight
            : throw new InvalidArgumentException($"update: option --{option}: {weight} is not between 10 and 1000");
    }
}
