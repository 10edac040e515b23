using Gantry.Cli.CommandLine;
using Gantry.Cli.Lists;
using Gantry.Compose;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose ps: the containers of a project.</summary>
internal static class PsCommand
{
    private const string Table = "{{.Name}}\t{{.Image}}\t{{.Command}}\t{{.Service}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}";

    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "ps [OPTIONS] [SERVICE...]", "List containers", 0, Command.Any, RunAsync, static o =>
    {
        o.Add("all", 'a', "bool", "Show all stopped containers (including those created by the run command)");
        o.Add("filter", null, "string", "Filter services by a property (supported filters: status)");
        o.Add("format", null, "string", FormatHelp.Text, "table");
        o.Add("no-trunc", null, "bool", "Don't truncate output");
        o.Add("orphans", null, "bool", "Include orphaned services (not declared by project)", "true");
        o.Add("quiet", 'q', "bool", "Only display IDs");
        o.Add("services", null, "bool", "Display services");
        o.Add("status", null, "stringArray", "Filter services by status. Values: [paused | restarting | removing | running | dead | created | exited]");
    });

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var states = StatesOf(call);
        var all = call.Flag("all");
        var target = await ComposeTarget.OpenAsync(call, all || states.Count > 0, oneOff: all).ConfigureAwait(false);
        var isWhole = call.Arguments.Count == 0 && (target.Project is null || call.Flag("orphans"));
        var containers = (isWhole ? target.Containers : target.Meant)
            .Where(container => states.Count == 0 || states.Contains(container.State))
            .OrderBy(container => container.Name, StringComparer.Ordinal)
            .ToList();
        if (call.Flag("quiet"))
        {
            foreach (var container in containers) call.Out.Line(container.Id);
            return 0;
        }

        if (call.Flag("services"))
        {
            foreach (var service in containers.Select(container => container.Service).Distinct()) call.Out.Line(service);
            return 0;
        }

        var format = call.Has("format") ? call.Text("format") : call.Session.Config.Text("psFormat") ?? "";
        ListWriter.Write(call.Out, format, Table, containers.Select(container => container.Summary), ServiceColumns.Of(!call.Flag("no-trunc")), "*formatter.ContainerContext");
        return 0;
    }

    private static List<string> StatesOf(ComposeCall call)
    {
        var states = call.List("status").ToList();
        if (!call.Has("filter") || call.Text("filter") is not { Length: > 0 } filter) return states;
        var equals = filter.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0) throw new ComposeException("arguments to --filter should be in form KEY=VAL");
        if (filter[..equals] != "status") throw new ComposeException($"unknown filter {filter[..equals]}");
        states.Add(filter[(equals + 1)..]);
        return states;
    }
}
