using Gantry.Linux;
using Gantry.Linux.Plans;
using Gantry.Linux.Processes;
using Gantry.Spec;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Commands;

/// <summary>The OCI runtime command line, as runc and crun have it.</summary>
internal static class CommandLine
{
    private const string Usage = """
        usage: gantry-runtime [--root DIR] [--log FILE] [--log-format text|json] COMMAND

          create [--bundle DIR] [--pid-file FILE] [--console-socket PATH] [--preserve-fds N] [--no-pivot] ID
          start ID
          run [--detach] [--keep] [the options of create] ID
          exec [--process FILE] [--tty] [--detach] [--cwd DIR] [--env K=V] [--user UID[:GID]] [--additional-gids GID] [--cap CAP]
               [--no-new-privs] [--apparmor PROFILE] [--cgroup PATH] [--pid-file FILE] [--console-socket PATH] [--preserve-fds N]
               [--ignore-paused] ID [PROGRAM ARGUMENT...]
          kill [--all] ID [SIGNAL]
          delete [--force] ID
          pause ID, resume ID
          update [--resources FILE|-] [--memory BYTES] [--memory-reservation BYTES] [--memory-swap BYTES] [--pids-limit N]
               [--cpu-share N] [--cpu-quota US] [--cpu-period US] [--cpu-burst US] [--cpu-idle N] [--cpu-rt-runtime US] [--cpu-rt-period US]
               [--cpuset-cpus LIST] [--cpuset-mems LIST] [--blkio-weight N] ID
          events [--stats] [--interval TIME] ID
          ps [--format table|json] ID [OPTION OF PS...]
          state ID, list [--format table|json] [--quiet]
          spec [--bundle DIR] [--rootless], features

        """;

    /// <summary>Runs a command and returns the exit code of this program.</summary>
    public static int Run(string[] arguments)
    {
        var options = new GlobalOptions();
        var command = string.Empty;
        try
        {
            var index = 0;
            options = ParseGlobal(arguments, ref index, options);
            if (index >= arguments.Length)
            {
                Descriptors.Write(2, Usage);
                return 1;
            }

            command = arguments[index];
            return Dispatch(command, options, new(command, arguments[(index + 1)..]));
        }
        catch (PlanException e)
        {
            new Messages(options).Error(e.Message);
            // runc and crun agree on 1, but for exec, where they do not: a shell's numbers tell the caller more.
            return e.ExitCode == 125 || command != "exec" ? 1 : e.ExitCode;
        }
        catch (Exception e) when (e is GantryException or IOException or UnauthorizedAccessException or ArgumentException or PlatformNotSupportedException)
        {
            new Messages(options).Error(Sentence(e));
            return 1;
        }
    }

    /// <summary>Exceptions of .NET's own bring a key and the path it is about, without texts for the keys in this program.</summary>
    private static string Sentence(Exception e) => e switch
    {
        LinuxException or GantryException => e.Message,
        UnauthorizedAccessException => $"permission denied: {e.Message[(e.Message.LastIndexOf(", ", StringComparison.Ordinal) + 1)..].Trim()}",
        DirectoryNotFoundException or FileNotFoundException =>
            $"no such file or directory: {e.Message[(e.Message.LastIndexOf(", ", StringComparison.Ordinal) + 1)..].Trim()}",
        _ => e.Message,
    };

    private static int Dispatch(string command, GlobalOptions options, Arguments arguments) => command switch
    {
        "create" => CreateCommand.Create(options, arguments, new(options)),
        "run" => CreateCommand.Run(options, arguments, new(options)),
        "exec" => ExecCommand.Run(options, arguments, new(options)),
        "start" => ControlCommands.Start(options, arguments),
        "update" => UpdateCommand.Run(options, arguments, new(options)),
        "events" => EventsCommand.Run(options, arguments),
        "state" => ControlCommands.State(options, arguments),
        "kill" => ControlCommands.Kill(options, arguments),
        "delete" => DeleteCommand.Run(options, arguments, new(options)),
        "pause" => ControlCommands.Pause(options, arguments),
        "resume" => ControlCommands.Resume(options, arguments),
        "ps" => PsCommand.Run(options, arguments),
        "list" => ListCommand.Run(options, arguments),
        "spec" => InformationCommands.Spec(arguments),
        "features" => InformationCommands.Features(),
        "help" => Help(),
        "version" => Version(),
        _ => throw new InvalidArgumentException($"unknown command {command}; gantry-runtime --help lists them"),
    };

    private static GlobalOptions ParseGlobal(string[] all, ref int index, GlobalOptions options)
    {
        for (; index < all.Length && all[index].StartsWith('-'); index++)
        {
            var name = all[index].TrimStart('-');
            var equals = name.IndexOf('=', StringComparison.Ordinal);
            var value = equals < 0 ? null : name[(equals + 1)..];
            name = equals < 0 ? name : name[..equals];
            switch (name)
            {
                case "help" or "h":
                    Help();
                    Environment.Exit(0);
                    break;
                case "version" or "v":
                    Version();
                    Environment.Exit(0);
                    break;
                case "debug":
                    options = options with { Debug = true };
                    break;
                case "systemd-cgroup":
                    throw new UnsupportedException("--systemd-cgroup: cgroups made by systemd are not supported; give linux.cgroupsPath as a path");
                case "root" or "log" or "log-format" or "rootless" or "cgroup-manager":
                    value ??= ++index < all.Length ? all[index] : throw new InvalidArgumentException($"option --{name} needs a value");
                    options = Set(options, name, value);
                    break;
                default:
                    throw new InvalidArgumentException($"unknown option --{name}");
            }
        }

        return options;
    }

    private static GlobalOptions Set(GlobalOptions options, string name, string value) => name switch
    {
        "root" => options with { Root = Path.GetFullPath(value) },
        "log" => options with { Log = value },
        "log-format" => options with
        {
            LogIsJson = value switch
            {
                "json" => true,
                "text" => false,
                _ => throw new InvalidArgumentException($"--log-format: {value} is neither text nor json"),
            },
        },
        "rootless" when value is not ("true" or "false" or "auto") => throw new InvalidArgumentException($"--rootless: {value} is none of true, false, auto"),
        "cgroup-manager" when value != "cgroupfs" => throw new UnsupportedException($"--cgroup-manager: {value} is not supported, only cgroupfs is"),
        _ => options,
    };

    private static int Help()
    {
        Descriptors.Write(1, Usage);
        return 0;
    }

    private static int Version()
    {
        Descriptors.Write(1, $"gantry-runtime version {ThisVersion}\nspec: {ContainerSpec.CurrentVersion}\n");
        return 0;
    }

    private static string ThisVersion => typeof(CommandLine).Assembly.GetName().Version?.ToString(3) ?? "0";
}
