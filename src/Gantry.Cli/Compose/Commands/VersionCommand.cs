using Gantry.Cli.CommandLine;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose version.</summary>
internal static class VersionCommand
{
    public static Command Define(OptionSet shared) => new("version", "version [OPTIONS]", "Show the Docker Compose version information", 0, 0, call => new(Run(new ComposeCall(call, shared))))
    {
        Options = static o =>
        {
            o.AddHidden("dry-run", null, "bool");
            o.Add("format", 'f', "string", "Format the output. Values: [pretty | json].", "pretty");
            o.Add("short", null, "bool", "Shows only Compose's version number");
        },
    };

    /// <summary>Of Docker Compose, whose ways these are: programs ask for it to know what they can use.</summary>
    public static int Print(Output output, string format, bool isShort)
    {
        output.Line(isShort ? ComposeLabels.CompatibleVersion
            : format == "json" ? $$"""{"version":"v{{ComposeLabels.CompatibleVersion}}"}"""
            : $"Docker Compose version v{ComposeLabels.CompatibleVersion}");
        return 0;
    }

    private static int Run(ComposeCall call) => Print(call.Out, call.Text("format"), call.Flag("short"));
}
