using System.Globalization;
using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Lists;
using Gantry.Cli.Run;
using Gantry.Client;

namespace Gantry.Cli.Commands;

internal static class HistoryCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var query = await new Query($"/images/{Query.Segment(call.Arguments[0])}/history").AddPlatformsAsync(call, new ApiVersion(1, 48)).ConfigureAwait(false);
        var layers = await call.Client.GetAsync(query.ToString()).ConfigureAwait(false);
        var (human, cut) = (call.Flag("human"), !call.Flag("no-trunc"));
        ListWriter.Write(call.Out, call.Text("format"), "{{.ID}}\t{{if .CreatedSince}}{{.CreatedSince}}{{else}}N/A{{end}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}", layers.EnumerateArray(), Columns(human, cut), "*image.historyContext", call.Flag("quiet"));
        return 0;
    }

    private static Column<JsonElement>[] Columns(bool human, bool cut) =>
    [
        new("ID", "IMAGE", l => cut ? Units.ShortId(l.Text("Id")) : l.Text("Id")),
        new("CreatedSince", human ? "CREATED" : "CREATED AT", l => l.Number("Created") is var created && created <= 0 ? "" : human ? Units.Ago(created) : Rfc3339(created)),
        new("CreatedAt", "CREATED AT", l => l.Number("Created") is var created && created <= 0 ? "" : Rfc3339(created)),
        new("CreatedBy", "CREATED BY", l => l.Text("CreatedBy").Replace('\t', ' ') is var by && cut ? Units.Ellipsis(by, 45) : by),
        new("Size", "SIZE", l => human ? Units.Size(l.Number("Size")) : l.Number("Size").ToString(CultureInfo.InvariantCulture)),
        new("Comment", "COMMENT", l => l.Text("Comment")),
    ];

    private static string Rfc3339(long seconds) => Units.Rfc3339(DateTimeOffset.FromUnixTimeSeconds(seconds).ToLocalTime());
}
