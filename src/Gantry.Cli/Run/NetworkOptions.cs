using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Run;

/// <summary>--network, by name or as name=…,alias=…,ip=…, and the options that describe its endpoint.</summary>
internal static class NetworkOptions
{
    public static string Mode(Invocation call) => call.List("network") is [var first, ..] ? Fields(first).Name : "default";

    public static JsonBody Endpoints(Invocation call)
    {
        var endpoints = new JsonBody();
        var networks = call.List("network");
        for (var i = 0; i < Math.Max(1, networks.Count); i++)
        {
            var (name, fields) = i < networks.Count ? Fields(networks[i]) : ("default", []);
            var endpoint = new JsonBody();
            List<string> aliases = [.. fields.Where(f => f.Key == "alias").Select(f => f.Value)];
            if (i == 0) aliases.AddRange(call.List("network-alias"));
            endpoint.SetIfGiven("Aliases", aliases);
            var ipam = new JsonBody();
            ipam.SetIfGiven("IPv4Address", One(fields, "ip") ?? (i == 0 ? call.Text("ip") : ""));
            ipam.SetIfGiven("IPv6Address", One(fields, "ip6") ?? (i == 0 ? call.Text("ip6") : ""));
            ipam.SetIfGiven("LinkLocalIPs", i == 0 ? call.List("link-local-ip").ToList() : []);
            endpoint.SetIfGiven("IPAMConfig", ipam);
            endpoint.SetIfGiven("MacAddress", One(fields, "mac-address") ?? (i == 0 ? call.Text("mac-address") : ""));
            endpoint.SetIfGiven("DriverOpts", KeyValues.ToObject(fields.Where(f => f.Key == "driver-opt").Select(f => f.Value)));
            if (One(fields, "gw-priority") is { } priority && long.TryParse(priority, out var number)) endpoint["GwPriority"] = number;
            if (i == 0 && name is not ("default" or "bridge" or "host" or "none") && call.List("link").Count > 0) endpoint["Links"] = call.List("link");
            if (!endpoint.IsEmpty || networks.Count > 1 || i < networks.Count && name is not ("default" or "bridge" or "host" or "none")) endpoints[name] = endpoint;
        }

        return new JsonBody { ["EndpointsConfig"] = endpoints };
    }

    private static (string Name, List<KeyValuePair<string, string>> Fields) Fields(string text)
    {
        if (!text.Contains('=', StringComparison.Ordinal)) return (text, []);
        var fields = new List<KeyValuePair<string, string>>();
        foreach (var field in Csv.Split(text))
        {
            var equals = field.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) throw new CommandLineException($"invalid argument {OptionValues.Quote(text)} for \"--network\" flag: invalid field {field}", 125);
            fields.Add(new(field[..equals].ToLowerInvariant(), field[(equals + 1)..]));
        }

        return (One(fields, "name") ?? "", fields);
    }

    private static string? One(List<KeyValuePair<string, string>> fields, string key) => fields.FindLast(f => f.Key == key).Value;
}
