using System.Globalization;
using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Lists;
using Gantry.Cli.Terminals;
using Gantry.Client;
using Gantry.Spec;

namespace Gantry.Cli.Commands;

/// <summary>stats: what containers use, once or as a table that is drawn again each second.</summary>
internal static class StatsCommand
{
    private const string Table = "{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}";
    private const string Home = "\e[H";
    private const string ClearLine = " \e[K\n";
    private const string ClearBelow = "\e[J";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <param name="Container">As the user named it, or its id.</param>
    /// <param name="Now">Its latest sample.</param>
    /// <param name="Before">The one before; undefined for none.</param>
    private sealed record Usage(string Container, string Id, string Name, JsonElement Now, JsonElement Before);

    public static ValueTask<int> RunAsync(Invocation call) => RunAsync(call, () => NamesAsync(call));

    /// <param name="namesOf">Asked before each round.</param>
    public static async ValueTask<int> RunAsync(Invocation call, Func<ValueTask<IReadOnlyList<string>>> namesOf)
    {
        var format = call.Has("format") ? call.Text("format") : call.Session.Config.Text("statsFormat") ?? "";
        var (once, columns) = (call.Flag("no-stream"), Columns(!call.Flag("no-trunc")));
        var before = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        for (var round = 0; ; round++)
        {
            var usages = await SampleAsync(call, await namesOf().ConfigureAwait(false), before).ConfigureAwait(false);
            // Shares of a processor need two samples: the first round is drawn without them where somebody watches.
            if (!once || round > 0 || usages.Count == 0)
            {
                var text = ListWriter.Text(format, Table, usages, columns, "*container.statsContext");
                // Written over what was there, line by line, so that nothing flickers.
                call.Out.Write(!once && Terminal.OutputIsTerminal ? Home + text.Replace("\n", ClearLine, StringComparison.Ordinal) + ClearBelow : text);
                call.Out.Flush();
                if (once) return 0;
            }

            await Task.Delay(Interval).ConfigureAwait(false);
        }
    }

    private static async ValueTask<List<Usage>> SampleAsync(Invocation call, IReadOnlyList<string> names, Dictionary<string, JsonElement> before)
    {
        var usages = new List<Usage>();
        foreach (var name in names)
        {
            try
            {
                var target = new Query($"/containers/{Query.Segment(name)}/stats").Add("stream", "false").Add("one-shot", "true");
                var now = await call.Client.GetAsync(target.ToString()).ConfigureAwait(false);
                var (id, title) = await IdentityAsync(call, name, now).ConfigureAwait(false);
                usages.Add(new Usage(name, id, title.TrimStart('/'), now, before.GetValueOrDefault(name)));
                before[name] = now;
            }
            catch (NotFoundException) when (call.Arguments.Count == 0 || before.ContainsKey(name))
            {
                // It went between two rounds.
            }
        }

        return usages;
    }

    /// <summary>A sample that is taken at once does not say whose it is, where Docker 28.5 takes it.</summary>
    private static async ValueTask<(string Id, string Name)> IdentityAsync(Invocation call, string container, JsonElement stats)
    {
        if (stats.Text("id") is { Length: > 0 } id) return (id, stats.Text("name"));
        var found = await call.Client.GetAsync($"/containers/{Query.Segment(container)}/json").ConfigureAwait(false);
        return (found.Text("Id"), found.Text("Name"));
    }

    private static async ValueTask<IReadOnlyList<string>> NamesAsync(Invocation call)
    {
        if (call.Arguments.Count > 0) return call.Arguments;
        var containers = await call.Client.GetAsync(new Query("/containers/json").Add("all", call.Flag("all")).ToString()).ConfigureAwait(false);
        return [.. containers.EnumerateArray().Select(c => c.Text("Id"))];
    }

    private static Column<Usage>[] Columns(bool cut) =>
    [
        new("Container", "CONTAINER", u => u.Container),
        new("Name", "NAME", u => u.Name),
        new("ID", "CONTAINER ID", u => cut ? Units.ShortId(u.Id) : u.Id),
        new("CPUPerc", "CPU %", u => Percent(Cpu(u))),
        new("MemUsage", "MEM USAGE / LIMIT", u => $"{Units.BinarySize(Memory(u.Now))} / {Units.BinarySize(u.Now.Number("memory_stats", "limit"))}"),
        new("MemPerc", "MEM %", u => Percent(u.Now.Number("memory_stats", "limit") is > 0 and var limit ? 100.0 * Memory(u.Now) / limit : 0)),
        new("NetIO", "NET I/O", u => Pair(Links(u.Now, "rx_bytes"), Links(u.Now, "tx_bytes"))),
        new("BlockIO", "BLOCK I/O", u => Pair(Block(u.Now, 'r'), Block(u.Now, 'w'))),
        new("PIDs", "PIDS", u => u.Now.Number("pids_stats", "current").ToString(CultureInfo.InvariantCulture)),
    ];

    // Docker's formula: the container's share of what all processors did meanwhile, 100 % for each processor.
    private static double Cpu(Usage usage)
    {
        if (usage.Before.ValueKind != JsonValueKind.Object) return 0;
        double used = usage.Now.Number("cpu_stats", "cpu_usage", "total_usage") - usage.Before.Number("cpu_stats", "cpu_usage", "total_usage");
        double passed = usage.Now.Number("cpu_stats", "system_cpu_usage") - usage.Before.Number("cpu_stats", "system_cpu_usage");
        return used > 0 && passed > 0 ? used / passed * usage.Now.Number("cpu_stats", "online_cpus") * 100 : 0;
    }

    // Without the part of the page cache that goes first, named so by version 1 and by version 2.
    private static long Memory(JsonElement stats)
    {
        var usage = stats.Number("memory_stats", "usage");
        var cache = stats.At("memory_stats", "stats", "total_inactive_file").ValueKind == JsonValueKind.Number
            ? stats.Number("memory_stats", "stats", "total_inactive_file")
            : stats.Number("memory_stats", "stats", "inactive_file");
        return cache < usage ? usage - cache : usage;
    }

    private static long Links(JsonElement stats, string counter) => stats.Members("networks").Sum(link => link.Value.Number(counter));

    private static long Block(JsonElement stats, char operation) =>
        stats.At("blkio_stats").List("io_service_bytes_recursive").Where(e => e.Text("op") is { Length: > 0 } op && char.ToLowerInvariant(op[0]) == operation).Sum(e => e.Number("value"));

    private static string Pair(long first, long second) => $"{Units.Size(first)} / {Units.Size(second)}";

    private static string Percent(double value) => value.ToString("0.00", CultureInfo.InvariantCulture) + "%";
}
