using System.Globalization;
using System.Text.Json;
using Gantry.Cli.Building;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Lists;
using Gantry.Cli.Terminals;
using Gantry.Client;
using Gantry.Spec;

namespace Gantry.Cli.Commands;

/// <summary>What builds left: shown and removed.</summary>
internal static class BuildCacheCommands
{
    private const string AllWarning = "WARNING! This will remove all build cache.";
    private const string UnusedWarning = "WARNING! This will remove all dangling build cache.";
    private const string Table = "{{.ID}}\t{{.Reclaimable}}\t{{.Size}}\t{{.LastUsedAt}}";
    private static readonly (string Option, string Name)[] Bounds = [("keep-storage", "keep-storage"), ("reserved-space", "reserved-space"), ("max-used-space", "max-used-space"), ("min-free-space", "min-free-space")];

    /// <summary>As <c>builder prune</c> tells of it: what was removed by its ids.</summary>
    public static async ValueTask<int> PruneAsync(Invocation call)
    {
        if (!IsWanted(call)) return 0;
        var answer = await RemoveAsync(call).ConfigureAwait(false);
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

    /// <summary>As <c>buildx prune</c> tells of it: a table, or all that was known of each.</summary>
    public static async ValueTask<int> PruneListedAsync(Invocation call)
    {
        BuilderChoice.Apply(call);
        if (!IsWanted(call)) return 0;
        var known = (await RecordsAsync(call).ConfigureAwait(false)).ToDictionary(record => record.Text("ID"));
        var answer = await RemoveAsync(call).ConfigureAwait(false);
        foreach (var (number, record) in answer.Texts("CachesDeleted").Select(known.GetValueOrDefault).Where(record => record.ValueKind == JsonValueKind.Object).Index())
        {
            if (call.Flag("verbose")) call.Out.Write(Details(record, static label => $"{label}:".Length < 8 ? $"{label}:\t\t" : $"{label}:\t"));
            else PrintRow(call.Out, record, number == 0);
        }

        call.Out.Line($"Total:\t{Units.Size(answer.Number("SpaceReclaimed"), 4)}");
        return 0;
    }

    public static async ValueTask<int> DiskUsageAsync(Invocation call)
    {
        BuilderChoice.Apply(call);
        var records = (await RecordsAsync(call).ConfigureAwait(false)).Where(record => call.List("filter").All(filter => Matches(record, filter))).OrderByDescending(record => record.Number("Size")).ThenBy(record => record.Text("ID"), StringComparer.Ordinal).ToList();
        var format = call.Flag("verbose") ? "pretty" : call.Text("format");
        if (format == "pretty")
        {
            foreach (var record in records) call.Out.Write(Details(record, static label => $"{label}:".PadRight(14)));
        }
        else
        {
            ListWriter.Write(call.Out, format, Table, records, Columns(marksShared: format is "" or "table"), "*buildx.diskusageContext");
        }

        if (format is "" or "table" or "pretty" && !call.Has("filter")) PrintTotals(call.Out, records);
        return 0;
    }

    private static Column<JsonElement>[] Columns(bool marksShared) =>
    [
        new("ID", "ID", record => record.Text("ID")),
        new("Parents", "PARENTS", _ => null),
        new("CreatedAt", "CREATED AT", record => Units.GoTime(record.Text("CreatedAt"))),
        new("Mutable", "MUTABLE", IsMutable),
        new("Reclaimable", "RECLAIMABLE", record => !record.Flag("InUse")),
        new("Shared", "SHARED", record => record.Flag("Shared")),
        new("Size", "SIZE", record => marksShared ? MarkedSizeOf(record) : SizeOf(record)),
        new("Description", "DESCRIPTION", record => record.Text("Description")),
        new("UsageCount", "USAGE COUNT", record => record.Number("UsageCount")),
        new("LastUsedAt", "LAST ACCESSED", LastUsed),
        new("Type", "TYPE", record => record.Text("Type")),
    ];

    private static bool IsWanted(Invocation call) => call.Flag("force") || Confirmation.Ask(call.Out, call.Flag("all") ? AllWarning : UnusedWarning);

    private static ValueTask<JsonElement> RemoveAsync(Invocation call)
    {
        var query = new Query("/build/prune").Add("all", call.Flag("all")).Add("filters", Filters.ToQuery(call.List("filter")));
        foreach (var (option, name) in Bounds)
        {
            if (call.TryOption(option) is { IsGiven: true } && OptionValues.TrySize(call.Text(option), out var bytes) && bytes > 0) query.Add(name, bytes.ToString(CultureInfo.InvariantCulture));
        }

        return call.Client.PostAsync(query.ToString());
    }

    private static async ValueTask<List<JsonElement>> RecordsAsync(Invocation call) => [.. (await call.Client.GetAsync("/system/df?type=build-cache").ConfigureAwait(false)).List("BuildCache")];

    private static bool Matches(JsonElement record, string filter) => filter.Split('=', 2) switch
    {
        ["id", var value] => record.Text("ID").StartsWith(value, StringComparison.Ordinal),
        ["type", var value] => record.Text("Type") == value,
        ["description", var value] => record.Text("Description").Contains(value, StringComparison.Ordinal),
        ["shared", var value] when GoBoolean.TryParse(value, out var wanted) => record.Flag("Shared") == wanted,
        ["private", var value] when GoBoolean.TryParse(value, out var wanted) => record.Flag("Shared") != wanted,
        ["inuse", var value] when GoBoolean.TryParse(value, out var wanted) => record.Flag("InUse") == wanted,
        _ => throw new CommandLineException($"ERROR: invalid filter {OptionValues.Quote(filter)}: want id, type or description, or shared, private or inuse with true or false"),
    };

    private static void PrintTotals(Output output, List<JsonElement> records)
    {
        var (total, shared) = (records.Sum(record => record.Number("Size")), records.Where(record => record.Flag("Shared")).Sum(record => record.Number("Size")));
        if (shared > 0) output.Write($"Shared:\t\t{Units.Size(shared, 4)}\nPrivate:\t{Units.Size(total - shared, 4)}\n");
        output.Write($"Reclaimable:\t{Units.Size(records.Where(record => !record.Flag("InUse")).Sum(record => record.Number("Size")), 4)}\nTotal:\t\t{Units.Size(total, 4)}\n");
    }

    // The first line's columns are as wide as the headings.
    private static void PrintRow(Output output, JsonElement record, bool isFirst)
    {
        if (isFirst) output.Line("ID\t\t\t\t\t\tRECLAIMABLE\tSIZE\t\tLAST ACCESSED");
        output.Line($"{record.Text("ID"),-40}\t{Boolean(!record.Flag("InUse")),-5}\t{(isFirst ? "\t" : "")}{MarkedSizeOf(record),-10}\t{LastUsed(record)}");
    }

    private static string Details(JsonElement record, Func<string, string> label) =>
        $"{label("ID")}{record.Text("ID")}\n{label("Created at")}{Units.GoTime(record.Text("CreatedAt"))}\n{label("Mutable")}{Boolean((bool)IsMutable(record))}\n{label("Reclaimable")}{Boolean(!record.Flag("InUse"))}\n"
        + $"{label("Shared")}{Boolean(record.Flag("Shared"))}\n{label("Size")}{SizeOf(record)}\n{label("Description")}{record.Text("Description")}\n{label("Usage count")}{record.Number("UsageCount")}\n"
        + $"{label("Last used")}{LastUsed(record)}\n{label("Type")}{record.Text("Type")}\n\n";

    /// <summary>Steps write into what is mounted of it.</summary>
    private static object IsMutable(JsonElement record) => record.Text("Type") == "exec.cachemount";

    private static string SizeOf(JsonElement record) => Units.Size(record.Number("Size"), 4);

    private static string MarkedSizeOf(JsonElement record) => SizeOf(record) + (record.Flag("Shared") ? "*" : "");

    private static string LastUsed(JsonElement record) =>
        DateTimeOffset.TryParse(record.Text("LastUsedAt"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? Units.Ago(time.ToUnixTimeSeconds()) : "";

    private static string Boolean(bool value) => value ? "true" : "false";
}
