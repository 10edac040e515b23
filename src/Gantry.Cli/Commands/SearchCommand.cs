using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Hosts;
using Gantry.Cli.Lists;
using Gantry.Client;

namespace Gantry.Cli.Commands;

internal static class SearchCommand
{
    private const int DescriptionLength = 45;

    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var term = call.Arguments[0];
        var slash = term.IndexOf('/', StringComparison.Ordinal);
        var registry = slash > 0 && term.AsSpan(0, slash).ContainsAny('.', ':') ? term[..slash] : Credentials.HubServer;
        var query = new Query("/images/search").Add("term", term).Add("filters", Filters.ToQuery(call.List("filter"))).Add("limit", call.Number("limit") is > 0 and var limit ? (int)limit : null);
        var found = await call.Client.GetAsync(query.ToString(), call.Session.Config.RegistryAuth(registry)).ConfigureAwait(false);
        var results = found.EnumerateArray();
        const string table = "{{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}";
        ListWriter.Write(call.Out, call.Text("format"), table, results, Columns(!call.Flag("no-trunc")), "*formatter.searchContext");
        return 0;
    }

    private static Column<JsonElement>[] Columns(bool cut) =>
    [
        new("Name", "NAME", r => r.Text("name")),
        new("Description", "DESCRIPTION", r => r.Text("description").ReplaceLineEndings(" ") is var text && cut ? Units.Ellipsis(text, DescriptionLength) : text),
        new("StarCount", "STARS", r => r.Number("star_count").ToString(System.Globalization.CultureInfo.InvariantCulture)),
        new("IsOfficial", "OFFICIAL", r => r.Flag("is_official") ? "[OK]" : ""),
        new("IsAutomated", "AUTOMATED", r => r.Flag("is_automated") ? "[OK]" : ""),
    ];
}
