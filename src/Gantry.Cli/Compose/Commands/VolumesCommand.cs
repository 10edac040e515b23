using Gantry.Cli.CommandLine;
using Gantry.Cli.Commands;
using Gantry.Cli.Lists;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose volumes: those made for the project, of all services or of some.</summary>
internal static class VolumesCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "volumes [OPTIONS] [SERVICE...]", "List volumes", 0, Command.Any, RunAsync, static o =>
    {
        o.Add("format", null, "string", FormatHelp.Text, "table");
        o.Add("quiet", 'q', "bool", "Only display volume names");
    });

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var target = await ComposeTarget.OpenAsync(call).ConfigureAwait(false);
        var volumes = (await target.Engine.VolumesAsync().ConfigureAwait(false)).OrderBy(volume => volume.Text("Name"), StringComparer.Ordinal).ToList();
        if (call.Arguments.Count > 0)
        {
            var used = target.Meant.SelectMany(container => container.Summary.List("Mounts")).Select(mount => mount.Text("Name")).ToHashSet(StringComparer.Ordinal);
            volumes.RemoveAll(volume => !used.Contains(volume.Text("Name")));
        }

        var format = call.Has("format") && !call.Flag("quiet") ? call.Text("format") : "";
        ListWriter.Write(call.Out, format, "{{.Driver}}\t{{.Name}}", volumes, VolumeLsCommand.Columns, "*formatter.volumeContext", call.Flag("quiet"), "{{.Name}}");
        return 0;
    }
}
