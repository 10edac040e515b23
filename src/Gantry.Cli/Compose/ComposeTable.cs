using Gantry.Cli.CommandLine;
using Gantry.Cli.Compose.Commands;

namespace Gantry.Cli.Compose;

/// <summary>Names to commands of Compose. Looking one up builds no other.</summary>
internal static class ComposeTable
{
    public static readonly string[] Names =
    [
        "attach",
        "build",
        "commit",
        "config",
        "cp",
        "create",
        "down",
        "events",
        "exec",
        "export",
        "images",
        "kill",
        "kube",
        "logs",
        "ls",
        "pause",
        "port",
        "ps",
        "pull",
        "push",
        "restart",
        "rm",
        "run",
        "scale",
        "start",
        "stats",
        "stop",
        "top",
        "unpause",
        "up",
        "version",
        "volumes",
        "wait",
    ];

    public static Command? Find(string name, OptionSet shared) => name switch
    {
        "attach" => AttachCommand.Define(shared),
        "build" => BuildCommand.Define(shared),
        "commit" => CommitCommand.Define(shared),
        "config" or "convert" => ConfigCommand.Define(shared),
        "cp" => CopyCommand.Define(shared),
        "create" => CreateCommand.Define(shared),
        "down" => DownCommand.Define(shared),
        "events" => EventsCommand.Define(shared),
        "exec" => ExecCommand.Define(shared),
        "export" => ExportCommand.Define(shared),
        "images" => ImagesCommand.Define(shared),
        "kill" => KillCommand.Define(shared),
        "kube" => KubeCommand.Define(shared),
        "logs" => LogsCommand.Define(shared),
        "ls" => LsCommand.Define(shared),
        "pause" => PauseCommand.Define(shared),
        "port" => PortCommand.Define(shared),
        "ps" => PsCommand.Define(shared),
        "pull" => PullCommand.Define(shared),
        "push" => PushCommand.Define(shared),
        "restart" => RestartCommand.Define(shared),
        "rm" => RmCommand.Define(shared),
        "run" => RunCommand.Define(shared),
        "scale" => ScaleCommand.Define(shared),
        "start" => StartCommand.Define(shared),
        "stats" => StatsCommand.Define(shared),
        "stop" => StopCommand.Define(shared),
        "top" => TopCommand.Define(shared),
        "unpause" => UnpauseCommand.Define(shared),
        "up" => UpCommand.Define(shared),
        "version" => VersionCommand.Define(shared),
        "volumes" => VolumesCommand.Define(shared),
        "wait" => WaitCommand.Define(shared),
        _ => null,
    };
}
