using System.Globalization;
using Gantry.Linux.Processes;
using Gantry.Runtime.Containers;
using Gantry.Spec;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Commands;

/// <summary><c>exec</c>: a further process in a running container.</summary>
internal static class ExecCommand
{
    public static int Run(GlobalOptions options, Arguments arguments, Messages messages)
    {
        var settings = ExecSettings.Parse(arguments);
        OwnExecutable.Protect();
        var directory = ContainerDirectory.Open(options, settings.Id);
        var state = directory.ReadState();
        var status = state.StatusIn(directory.FullPath);
        if (status is not ("running" or "created") && !(status == "paused" && settings.IgnorePaused))
        {
            throw new ConflictException($"cannot exec in container {settings.Id}: it is {status}");
        }

        using var init = state.TryOpenInit() ?? throw new ConflictException($"cannot exec in container {settings.Id}: it has stopped");
        var config = directory.ReadConfig();
        var process = ListenDescriptors.AddTo(settings.Apply(config.Process!))!;
        if (settings.Detach && process.Terminal && settings.ConsoleSocket is null)
        {
            throw new InvalidArgumentException("--detach with a terminal needs --console-socket: somebody must take the terminal");
        }

        using var exec = PreparedExec.Start(process, new()
        {
            Init = init,
            Id = state.Id,
            Bundle = state.Bundle,
            Container = config,
            Cgroup = settings.CgroupBelow is { } below ? state.Cgroup.Below(below) : state.Cgroup,
            PreservedDescriptors = settings.PreservedDescriptors + ListenDescriptors.Count,
            SeccompCache = options.SeccompCache,
            Warn = messages.Warn,
        });
        using var terminal = exec.TakeTerminal();
        CreateCommand.WritePidFile(settings.PidFile, exec.Pid);
        if (settings.ConsoleSocket is { } socket && terminal is not null)
        {
            Descriptors.SendTo(socket, terminal, "/dev/ptmx");
        }

        if (settings.Detach)
        {
            return 0;
        }

        return Foreground.Wait(exec.PidFd, settings.ConsoleSocket is null ? terminal : null).Code;
    }
}

/// <summary>The options of exec.</summary>
internal sealed class ExecSettings
{
    private readonly List<string> environment = [];
    private readonly List<string> capabilities = [];
    private readonly List<uint> groups = [];
    private string? processFile;
    private string? cwd;
    private string? user;
    private bool terminal;
    private bool? noNewPrivileges;
    private string? apparmorProfile;
    private string? selinuxLabel;
    private List<string> program = [];

    public string Id { get; private set; } = string.Empty;

    public bool Detach { get; private set; }

    public string? PidFile { get; private set; }

    public string? ConsoleSocket { get; private set; }

    public int PreservedDescriptors { get; private set; }

    /// <summary>A cgroup below the container's own, which is there; null for that.</summary>
    public string? CgroupBelow { get; private set; }

    /// <summary>The process waits with the others, until the container goes on.</summary>
    public bool IgnorePaused { get; private set; }

    public static ExecSettings Parse(Arguments arguments)
    {
        var settings = new ExecSettings();
        while (arguments.NextOption(stopAtOperand: true) is { } option)
        {
            settings.Set(option, arguments);
        }

        if (arguments.Operands.Count == 0)
        {
            throw new InvalidArgumentException("exec: which container? give its id");
        }

        settings.Id = arguments.Operands[0];
        settings.program = arguments.Operands[1..];
        // exec ID -- program: the dashes belong to no one.
        if (settings.program is ["--", ..])
        {
            settings.program.RemoveAt(0);
        }

        return settings;
    }

    /// <summary>The process: from its file, or the container's own with what was given instead.</summary>
    public ProcessSpec Apply(ProcessSpec container)
    {
        if (processFile is not null)
        {
            return BundleConfig.ReadProcess(processFile);
        }

        if (program.Count == 0)
        {
            throw new InvalidArgumentException("exec: which program? give it after the container's id, or --process");
        }

        return container with
        {
            Args = program,
            Terminal = terminal,
            ConsoleSize = null,
            Cwd = cwd ?? container.Cwd,
            Env = [.. container.Env ?? [], .. environment],
            User = UserOf(container.User ?? new()),
            NoNewPrivileges = noNewPrivileges ?? container.NoNewPrivileges,
            ApparmorProfile = apparmorProfile ?? container.ApparmorProfile,
            SelinuxLabel = selinuxLabel ?? container.SelinuxLabel,
            Capabilities = WithCapabilities(container.Capabilities),
        };
    }

    private void Set(string option, Arguments arguments)
    {
        switch (option)
        {
            case "process" or "p":
                processFile = arguments.Value(option);
                break;
            case "tty" or "t":
                terminal = arguments.Flag(option);
                break;
            case "detach" or "d":
                Detach = arguments.Flag(option);
                break;
            case "cwd":
                cwd = arguments.Value(option);
                break;
            case "env" or "e":
                environment.Add(arguments.Value(option));
                break;
            case "user" or "u":
                user = arguments.Value(option);
                break;
            case "additional-gids" or "g":
                groups.Add(Id32(arguments.Value(option), option));
                break;
            case "cap" or "c":
                capabilities.Add(arguments.Value(option));
                break;
            case "no-new-privs":
                noNewPrivileges = arguments.Flag(option);
                break;
            case "pid-file":
                PidFile = arguments.Value(option);
                break;
            case "console-socket":
                ConsoleSocket = arguments.Value(option);
                break;
            case "preserve-fds":
                PreservedDescriptors = arguments.Count(option);
                break;
            case "apparmor":
                apparmorProfile = arguments.Value(option);
                break;
            case "process-label":
                selinuxLabel = arguments.Value(option);
                break;
            case "cgroup":
                CgroupBelow = PathBelow(arguments.Value(option));
                break;
            case "ignore-paused":
                IgnorePaused = arguments.Flag(option);
                break;
            default:
                throw arguments.Unknown(option);
        }
    }

    private UserSpec UserOf(UserSpec container)
    {
        if (user is null)
        {
            return groups.Count == 0 ? container : container with { AdditionalGids = [.. container.AdditionalGids ?? [], .. groups] };
        }

        var parts = user.Split(':', 2);
        return new()
        {
            Uid = Id32(parts[0], "user"),
            Gid = parts.Length > 1 ? Id32(parts[1], "user") : 0,
            Umask = container.Umask,
            AdditionalGids = groups,
        };
    }

    private CapabilitiesSpec? WithCapabilities(CapabilitiesSpec? container)
    {
        if (capabilities.Count == 0)
        {
            return container;
        }

        container ??= new();
        return container with
        {
            Bounding = [.. container.Bounding ?? [], .. capabilities],
            Effective = [.. container.Effective ?? [], .. capabilities],
            Permitted = [.. container.Permitted ?? [], .. capabilities],
            Ambient = [.. container.Ambient ?? [], .. capabilities],
            Inheritable = [.. container.Inheritable ?? [], .. capabilities],
        };
    }

    private static string PathBelow(string path) =>
        path.Contains(':', StringComparison.Ordinal) ? throw new UnsupportedException($"exec: option --cgroup: {path}: a cgroup of one controller alone is not supported")
        : path.Split('/').Contains("..") ? throw new InvalidArgumentException($"exec: option --cgroup: {path} leads out of the container's cgroup")
        : path;

    private static uint Id32(string text, string option) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        ? id
        : throw new InvalidArgumentException($"exec: option --{option}: {text} is not a numeric id");
}
