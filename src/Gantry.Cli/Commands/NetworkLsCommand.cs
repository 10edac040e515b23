using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Lists;
using Gantry.Client;

namespace Gantry.Cli.Commands;

/// <summary>network ls.</summary>
internal static class NetworkLsCommand
{
    private const string Table = "{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}";
    private const string Raw = "network_id: {{.ID}}\nname: {{.Name}}\ndriver: {{.Driver}}\nscope: {{.Scope}}\n";

    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var networks = await call.Client.GetAsync(new Query("/networks").Add("filters", Filters.ToQuery(call.List("filter"))).ToString()).ConfigureAwait(false);
        var format = ListWriter.FormatOf(call, "networksFormat");
        if (format == "raw") format = call.Flag("quiet") ? "network_id: {{.ID}}" : Raw;
        ListWriter.Write(
            call.Out, format, Table, networks.EnumerateArray().OrderBy(n => n.Text("Name"), NaturalOrder.Instance), Columns(!call.Flag("no-trunc")), "*network.networkContext", call.Flag("quiet"));
        return 0;
    }

    private static Column<JsonElement>[] Columns(bool cut) =>
    [
        new("ID", "NETWORK ID", n => cut ? Units.ShortId(n.Text("Id")) : n.Text("Id")),
        new("Name", "NAME", n => n.Text("Name")),
        new("Driver", "DRIVER", n => n.Text("Driver")),
        new("Scope", "SCOPE", n => n.Text("Scope")),
        new("IPv4", "IPV4", n => n.Flag("EnableIPv4") ? "true" : "false"),
        new("IPv6", "IPV6", n => n.Flag("EnableIPv6") ? "true" : "false"),
        new("Internal", "INTERNAL", n => n.Flag("Internal") ? "true" : "false"),
        new("Labels", "LABELS", n => string.Join(',', n.Members("Labels").Select(l => $"{l.Name}={l.Value.GetString()}").Order(StringComparer.Ordinal))),
        new("CreatedAt", "CREATED AT", n => Units.GoTime(n.Text("Created"))),
        new("Label", "", _ => null) { Lookup = (n, name) => n.Text("Labels", name) },
    ];
}
