using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Lists;
using Gantry.Cli.Terminals;
using Gantry.Client;

namespace Gantry.Cli.Commands;

/// <summary>prune of each kind, and of all at once.</summary>
internal static class PruneCommands
{
    private const string ContainersWarning = "WARNING! This will remove all stopped containers.";
    private const string DanglingWarning = "WARNING! This will remove all dangling images.";
    private const string ImagesWarning = "WARNING! This will remove all images without at least one container associated to them.";
    private const string AnonymousWarning = "WARNING! This will remove anonymous local volumes not used by at least one container.";
    private const string NetworksWarning = "WARNING! This will remove all custom networks not used by at least one container.";
    private const string VolumesWarning = "WARNING! This will remove all local volumes not used by at least one container.";

    public static ValueTask<int> ContainersAsync(Invocation call) => OneAsync(call, ContainersWarning, PruneContainersAsync);

    public static ValueTask<int> ImagesAsync(Invocation call) => OneAsync(call, call.Flag("all") ? ImagesWarning : DanglingWarning, PruneImagesAsync);

    public static ValueTask<int> VolumesAsync(Invocation call)
    {
        var all = call.Flag("all");
        if (all && call.List("filter").Any(f => f.StartsWith("all=", StringComparison.Ordinal))) throw new CommandLineException("conflicting options: cannot specify both --all and --filter all=1");
        return OneAsync(call, all ? VolumesWarning : AnonymousWarning, c => PruneVolumesAsync(c, all));
    }

    /// <summary>Networks take no space that could be told.</summary>
    public static async ValueTask<int> NetworksAsync(Invocation call)
    {
        if (!call.Flag("force") && !Confirmation.Ask(call.Out, NetworksWarning)) return 0;
        var pruned = await PruneNetworksAsync(call).ConfigureAwait(false);
        if (pruned.Text.Length > 0) call.Out.Line(pruned.Text);
        return 0;
    }

    public static async ValueTask<int> SystemAsync(Invocation call)
    {
        var volumes = call.Flag("volumes");
        var filters = call.List("filter");
        if (volumes && filters.Any(f => f.StartsWith("until=", StringComparison.Ordinal))) throw new CommandLineException("ERROR: The \"until\" filter is not supported with \"--volumes\"");
        if (!call.Flag("force") && !Confirmation.Ask(call.Out, SystemWarning(call, volumes, filters))) return 0;
        var steps = new List<Func<Invocation, ValueTask<Pruned>>> { PruneContainersAsync, PruneNetworksAsync };
        if (volumes) steps.Add(c => PruneVolumesAsync(c, all: false));
        steps.Add(PruneImagesAsync);
        steps.Add(PruneBuildCacheAsync);
        long freed = 0;
        foreach (var step in steps)
        {
            var pruned = await step(call).ConfigureAwait(false);
            freed += pruned.Freed;
            if (pruned.Text.Length > 0) call.Out.LineNow(pruned.Text);
        }

        call.Out.Line($"Total reclaimed space: {Units.Size(freed, 4)}");
        return 0;
    }

    private static string SystemWarning(Invocation call, bool volumes, IReadOnlyList<string> filters)
    {
        var all = call.Flag("all");
        var lines = new List<string> { "WARNING! This will remove:", "  - all stopped containers", "  - all networks not used by at least one container" };
        if (volumes) lines.Add("  - all anonymous volumes not used by at least one container");
        lines.Add(all ? "  - all images without at least one container associated to them" : "  - all dangling images");
        lines.Add(all ? "  - all build cache" : "  - unused build cache");
        lines.Add("");
        if (filters.Count > 0)
        {
            lines.Add("  Items to be pruned will be filtered with:");
            lines.AddRange(filters.Order(StringComparer.Ordinal).Select(f => "  - " + f));
            lines.Add("");
        }

        return string.Join('\n', lines);
    }

    private static async ValueTask<int> OneAsync(Invocation call, string warning, Func<Invocation, ValueTask<Pruned>> prune)
    {
        if (!call.Flag("force") && !Confirmation.Ask(call.Out, warning)) return 0;
        var pruned = await prune(call).ConfigureAwait(false);
        if (pruned.Text.Length > 0) call.Out.Line(pruned.Text);
        call.Out.Line($"Total reclaimed space: {Units.Size(pruned.Freed, 4)}");
        return 0;
    }

    private static async ValueTask<Pruned> PruneContainersAsync(Invocation call)
    {
        var answer = await PostAsync(call, "/containers/prune", call.List("filter")).ConfigureAwait(false);
        return Pruned.Of("Deleted Containers:", answer.Texts("ContainersDeleted"), answer);
    }

    private static async ValueTask<Pruned> PruneVolumesAsync(Invocation call, bool all)
    {
        IEnumerable<string> filters = all ? [.. call.List("filter"), "all=true"] : call.List("filter");
        var answer = await PostAsync(call, "/volumes/prune", filters).ConfigureAwait(false);
        return Pruned.Of("Deleted Volumes:", answer.Texts("VolumesDeleted"), answer);
    }

    private static async ValueTask<Pruned> PruneImagesAsync(Invocation call)
    {
        IEnumerable<string> filters = [.. call.List("filter"), call.Flag("all") ? "dangling=false" : "dangling=true"];
        var answer = await PostAsync(call, "/images/prune", filters).ConfigureAwait(false);
        var lines = answer.List("ImagesDeleted").Select(i => i.Text("Untagged") is { Length: > 0 } name ? $"untagged: {name}" : $"deleted: {i.Text("Deleted")}");
        return Pruned.Of("Deleted Images:", lines, answer);
    }

    private static async ValueTask<Pruned> PruneNetworksAsync(Invocation call)
    {
        var answer = await PostAsync(call, "/networks/prune", call.List("filter")).ConfigureAwait(false);
        return Pruned.Of("Deleted Networks:", answer.Texts("NetworksDeleted"), answer);
    }

    private static async ValueTask<Pruned> PruneBuildCacheAsync(Invocation call)
    {
        var answer = await call.Client.PostAsync(new Query("/build/prune").Add("all", call.Flag("all")).Add("filters", Filters.ToQuery(call.List("filter"))).ToString()).ConfigureAwait(false);
        return Pruned.Of("Deleted build cache objects:", answer.Texts("CachesDeleted"), answer);
    }

    private static ValueTask<JsonElement> PostAsync(Invocation call, string path, IEnumerable<string> filters) =>
        call.Client.PostAsync(new Query(path).Add("filters", Filters.ToQuery(filters)).ToString());

    private sealed record Pruned(string Text, long Freed)
    {
        public static Pruned Of(string heading, IEnumerable<string> names, JsonElement answer)
        {
            var lines = names.ToList();
            return new(lines.Count == 0 ? "" : heading + "\n" + string.Concat(lines.Select(line => line + "\n")), answer.Number("SpaceReclaimed"));
        }
    }
}
