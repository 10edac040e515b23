using System.Globalization;
using System.Text.RegularExpressions;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Lists;
using Gantry.Client;
using Gantry.Compose;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose ls: the projects.</summary>
internal static class LsCommand
{
    private sealed record Line(string Name, string Status, string Files);

    private static readonly Column<Line>[] Columns =
    [
        new("Name", "NAME", line => line.Name),
        new("Status", "STATUS", line => line.Status),
        new("ConfigFiles", "CONFIG FILES", line => line.Files),
    ];

    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "ls [OPTIONS]", "List running compose projects", 0, 0, RunAsync, static o =>
    {
        o.Add("all", 'a', "bool", "Show all stopped Compose projects");
        o.Add("filter", null, "filter", "Filter output based on conditions provided");
        o.Add("format", null, "string", "Format the output. Values: [table | json]", "table");
        o.Add("quiet", 'q', "bool", "Only display IDs");
    });

    /// <summary><c>exited(1), running(3)</c>.</summary>
    public static string StatusOf(IEnumerable<string> states) =>
        string.Join(", ", states.GroupBy(state => state).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Key}({group.Count()})")));

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var names = call.List("filter").Where(filter => filter.Length > 0).Select(NameFilter).ToList();
        var filter = ComposeEngine.LabelFilter(ComposeLabels.Project, ComposeLabels.ConfigHash);
        var listed = await call.Client.GetAsync(new Query("/containers/json").Add("all", call.Flag("all")).Add("filters", filter).ToString()).ConfigureAwait(false);
        var lines = listed.EnumerateArray().Select(ComposeContainer.Parse)
            .GroupBy(container => container.Labels.GetValueOrDefault(ComposeLabels.Project, ""))
            .Where(project => names.Count == 0 || names.Exists(name => name.IsMatch(project.Key)))
            .OrderBy(project => project.Key, StringComparer.Ordinal)
            .Select(project => new Line(project.Key, StatusOf(project.Select(container => container.State)), Files(project)))
            .ToList();
        if (call.Flag("quiet"))
        {
            foreach (var line in lines) call.Out.Line(line.Name);
            return 0;
        }

        FixedList.Write(call.Out, call.Text("format"), lines, Columns, static line => new JsonBody { ["Name"] = line.Name, ["Status"] = line.Status, ["ConfigFiles"] = line.Files });
        return 0;
    }

    private static Regex NameFilter(string filter)
    {
        var (name, value) = (filter[..filter.IndexOf('=', StringComparison.Ordinal)].Trim(), filter[(filter.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim());
        return name == "name" ? new Regex(value, RegexOptions.CultureInvariant) : throw new ComposeException($"invalid filter '{name}'");
    }

    private static string Files(IEnumerable<ComposeContainer> containers)
    {
        var files = containers.Select(container => container.Labels.GetValueOrDefault(ComposeLabels.ConfigFiles, "")).Where(files => files.Length > 0).Distinct().ToList();
        return files.Count == 0 ? "N/A" : string.Join(',', files);
    }
}
