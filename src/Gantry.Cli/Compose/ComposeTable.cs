using Gantry.Cli.CommandLine;
using Gantry.Cli.Compose.Commands;

namespace Gantry.Cli.Compose;

/// <summary>Names to commands of Compose. Looking one up builds no other.</summary>
internal static class ComposeTable
{
    public static readonly string[] Names = 
    [
        "build",
        "config",
        "create",
        "down",
        "pull",
        "push",
        "run",
        "scale",
        "up",
        "version",
    ];

    public static Command? Find(string name, OptionSet shared) => name switch
    {
        "build" => BuildCommand.Define(shared),
        "config" or "convert" => ConfigCommand.Define(shared),
        "create" => CreateCommand.Define(shared),
        "down" => DownCommand.Define(shared),
        "pull" => PullCommand.Define(shared),
        "push" => PushCommand.Define(shared),
        "run" => RunCommand.Define(shared),
        "scale" => ScaleCommand.Define(shared),
        "up" => UpCommand.Define(shared),
        "version" => VersionCommand.Define(shared),
        _ => null,
    };
}
