using Gantry.Cli.CommandLine;
using Gantry.Cli.Lists;
using Gantry.Cli.Terminals;
using Gantry.Client;

namespace Gantry.Cli.Commands;

/// <summary>What builds left: shown and removed.</summary>
internal static class BuilderCommands
{
    private const string AllWarning = "WARNING! This will remove all build cache.";
    private const string UnusedWarning = "WARNING! This will remove all dangling build cache.";

    public static async ValueTask<int> PruneAsync(Invocation call)
    {
        if (!call.Flag("force") && !Confirmation.Ask(call.Out, call.Flag("all") ? AllWarning : UnusedWarning)) return 0;
        OptionValues.TrySize(call.Text("keep-storage") is { Length: > 0 } text ? text : "0", out var keep);
        var query = new Query("/build/prune").Add("all", call.Flag("all")).Add("filters", Filters.ToQuery(call.List("filter")));
        if (keep > 0) query.Add("keep-storage", keep.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var answer = await call.Client.PostAsync(query.ToString()).ConfigureAwait(false);
        var names = answer.Texts("CachesDeleted").ToList();
        if (names.Count > 0)
        {
            call.Out.Line("Deleted build cache objects:");
            foreach (var name in names) call.Out.Line(name);
            call.Out.Line();
        }

        call.Out.Line($"Total reclaimed space: {Units.Size(answer.Number("SpaceReclaimed"), 4)}");
        return 0;
    }

    public static async ValueTask<int> DiskUsageAsync(Invocation call)
    {
        var usage = await call.Client.GetAsync("/system/df?type=build-cache").ConfigureAwait(false);
        var records = usage.List("BuildCache").OrderByDescending(record => record.Number("Size")).ToList();
        if (call.Flag("verbose"))
        {
            foreach (var record in records)
            {
                call.Out.Write($"ID:\t\t{record.Text("ID")}\nCreated at:\t{record.Text("CreatedAt")}\nLast used:\t{record.Text("LastUsedAt")}\nUsage count:\t{record.Number("UsageCount")}\nShared:\t\t{(record.Flag("Shared") ? "true" : "false")}\nSize:\t\t{Units.Size(record.Number("Size"), 4)}\nDescription:\t{record.Text("Description")}\nType:\t\t{record.Text("Type")}\n\n");
            }
        }
        else
        {
            call.Out.Line($"{"ID",-40}{"RECLAIMABLE",-16}{"SIZE",-16}LAST ACCESSED");
            foreach (var record in records) call.Out.Line($"{record.Text("ID"),-40}{(record.Flag("Shared") ? "false" : "true"),-16}{Units.Size(record.Number("Size"), 4),-16}{record.Text("LastUsedAt")}");
        }

        call.Out.Line($"{"Reclaimable:",-16}{Units.Size(records.Where(record => !record.Flag("Shared")).Sum(record => record.Number("Size")), 4)}");
        call.Out.Line($"{"Total:",-16}{Units.Size(records.Sum(record => record.Number("Size")), 4)}");
        return 0;
    }
}
