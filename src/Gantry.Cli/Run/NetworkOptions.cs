using System.Globalization;
using Gantry.Cli.CommandLine;
using Gantry.Client;

namespace Gantry.Cli.Run;

/// <summary>One --network, by name or as name=…,alias=…,ip=…; the first also takes the options that describe an endpoint.</summary>
internal sealed class NetworkOptions
{
    private const string Default = "default";

    private readonly List<string> _aliases = [];
    private readonly List<string> _driverOptions = [];
    private readonly List<string> _linkLocal = [];
    private List<string> _links = [];
    private string _ipv4 = "";
    private string _ipv6 = "";
    private string _mac = "";
    private long _priority;

    private NetworkOptions(string text)
    {
        if (!text.Contains('=', StringComparison.Ordinal))
        {
            Name = text;
            return;
        }

        foreach (var field in Csv.Split(text)) Read(text, field);
        if (Name.Length == 0) throw Wrong(text, "network name/id is not specified");
    }

    public string Name { get; private set; } = "";

    private bool IsUserDefined => Name is not (Default or "bridge" or "host" or "none") && !Name.StartsWith("container:", StringComparison.Ordinal);

    public static string Mode(Invocation call) => call.List("network") is [var first, ..] ? new NetworkOptions(first).Name : Default;

    public static JsonBody Endpoints(Invocation call)
    {
        var all = call.List("network").Count == 0 ? [new NetworkOptions(Default)] : call.List("network").Select(text => new NetworkOptions(text)).ToList();
        all[0].Take(call);
        if (all.Exists(network => network.IsUserDefined) && all.Exists(network => !network.IsUserDefined))
        {
            throw Refused("conflicting options: cannot attach both user-defined and non-user-defined network-modes");
        }

        var endpoints = new JsonBody();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var network in all)
        {
            if (!seen.Add(network.Name)) throw Refused($"network {OptionValues.Quote(network.Name)} is specified multiple times");
            var endpoint = network.ToBody();
            // One network of which nothing is asked is in the network mode already.
            if (all.Count > 1 || !endpoint.IsEmpty) endpoints[network.Name] = endpoint;
        }

        return new JsonBody { ["EndpointsConfig"] = endpoints };
    }

    private void Read(string text, string field)
    {
        var equals = field.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0) throw Wrong(text, $"invalid field {field}");
        var value = field[(equals + 1)..];
        switch (field[..equals].Trim().ToLowerInvariant())
        {
            case "name": Name = value; break;
            case "alias": _aliases.Add(value); break;
            case "ip": _ipv4 = value; break;
            case "ip6": _ipv6 = value; break;
            case "mac-address": _mac = value; break;
            case "link-local-ip": _linkLocal.Add(value); break;
            case "driver-opt" when value.IndexOf('=', StringComparison.Ordinal) > 0: _driverOptions.Add(value); break;
            case "driver-opt": throw Wrong(text, "invalid key value pair format in driver options");
            case "gw-priority":
                if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _priority)) throw Wrong(text, $"invalid gw-priority ({value}): invalid syntax");
                break;
            case var other: throw Wrong(text, $"invalid field key {other}");
        }
    }

    private void Take(Invocation call)
    {
        RequireOne(call, "network-alias", _aliases.Count > 0, "alias");
        RequireOne(call, "ip", _ipv4.Length > 0, "IPv4 address");
        RequireOne(call, "ip6", _ipv6.Length > 0, "IPv6 address");
        RequireOne(call, "mac-address", _mac.Length > 0, "MAC address");
        RequireOne(call, "link-local-ip", _linkLocal.Count > 0, "link-local IP addresses");
        _aliases.AddRange(call.List("network-alias"));
        _linkLocal.AddRange(call.List("link-local-ip"));
        if (_ipv4.Length == 0) _ipv4 = call.Text("ip");
        if (_ipv6.Length == 0) _ipv6 = call.Text("ip6");
        if (_mac.Length == 0) _mac = call.Text("mac-address");
        // On the default network, and where links are not possible, they are the container's.
        if (IsUserDefined) _links = [.. call.List("link")];
    }

    private JsonBody ToBody()
    {
        if (!IsUserDefined && _aliases.Count > 0) throw Refused("network-scoped aliases are only supported for user-defined networks");
        var ipam = new JsonBody();
        ipam.SetIfGiven("IPv4Address", _ipv4);
        ipam.SetIfGiven("IPv6Address", _ipv6);
        ipam.SetIfGiven("LinkLocalIPs", _linkLocal);
        var endpoint = new JsonBody();
        endpoint.SetIfGiven("IPAMConfig", ipam);
        endpoint.SetIfGiven("Links", _links);
        endpoint.SetIfGiven("Aliases", _aliases);
        endpoint.SetIfGiven("MacAddress", _mac);
        endpoint.SetIfGiven("DriverOpts", KeyValues.ToObject(_driverOptions));
        endpoint.SetIfGiven("GwPriority", _priority);
        return endpoint;
    }

    private static void RequireOne(Invocation call, string option, bool isGiven, string what)
    {
        if (isGiven && call.Has(option)) throw Refused($"conflicting options: cannot specify both --{option} and per-network {what}");
    }

    private static CommandLineException Refused(string reason) => new(reason, 125);

    private static CommandLineException Wrong(string text, string reason) => new($"invalid argument {OptionValues.Quote(text)} for \"--network\" flag: {reason}", 125);
}
