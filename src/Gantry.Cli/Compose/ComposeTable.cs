using Gantry.Cli.CommandLine;
using Gantry.Cli.Compose.Commands;

namespace Gantry.Cli.Compose;

/// <summary>Names to commands of Compose. Looking one up builds no other.</summary>
internal static class ComposeTable
{
    public static readonly string[] Names = ["config", "version"];

    public static Command? Find(string name, OptionSet shared) => name switch
    {
        "config" or "convert" => ConfigCommand.Define(shared),
        "version" => VersionCommand.Define(shared),
        _ => null,
    };
}
