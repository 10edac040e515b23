using System.Globalization;
using System.Text.Json;

namespace Gantry.Cli.Lists;

/// <summary>A container's ports in one line, neighbours joined to ranges.</summary>
internal static class Ports
{
    private sealed record Port(string Ip, int Private, int Public, string Type);

    public static string Display(JsonElement ports)
    {
        if (ports.ValueKind != JsonValueKind.Array) return "";
        var sorted = ports.EnumerateArray()
            .Select(p => new Port(Text(p, "IP"), Number(p, "PrivatePort"), Number(p, "PublicPort"), Text(p, "Type")))
            .OrderBy(p => p.Private).ThenBy(p => p.Ip, StringComparer.Ordinal).ThenBy(p => p.Public).ThenBy(p => p.Type, StringComparer.Ordinal);
        var done = new List<string>();
        var mappings = new List<string>();
        var open = new List<(string Ip, string Type, int First, int Last)>();
        foreach (var port in sorted)
        {
            if (port.Ip.Length > 0 && port.Public != port.Private)
            {
                mappings.Add(string.Create(CultureInfo.InvariantCulture, $"{Host(port.Ip)}:{port.Public}->{port.Private}/{port.Type}"));
                continue;
            }

            var at = open.FindIndex(g => g.Ip == port.Ip && g.Type == port.Type);
            if (at < 0)
            {
                open.Add((port.Ip, port.Type, port.Private, port.Private));
                continue;
            }

            var group = open[at];
            if (port.Private != group.Last + 1)
            {
                done.Add(Range(group));
                group.First = port.Private;
            }

            open[at] = group with { Last = port.Private };
        }

        return string.Join(", ", [.. done, .. open.Select(Range), .. mappings]);
    }

    private static string Range((string Ip, string Type, int First, int Last) g)
    {
        var range = g.First == g.Last ? g.First.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{g.First}-{g.Last}");
        return g.Ip.Length == 0 ? $"{range}/{g.Type}" : $"{Host(g.Ip)}:{range}->{range}/{g.Type}";
    }

    private static string Host(string ip) => ip.Contains(':', StringComparison.Ordinal) ? $"[{ip}]" : ip;

    private static string Text(JsonElement port, string name) => port.TryGetProperty(name, out var v) ? v.GetString() ?? "" : "";

    private static int Number(JsonElement port, string name) => port.TryGetProperty(name, out var v) ? v.GetInt32() : 0;
}
