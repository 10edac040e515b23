using System.Globalization;
using Gantry.Cli.CommandLine;
using Gantry.Client;

namespace Gantry.Cli.Run;

/// <summary>--expose and --publish: [[ip:]host[-host]:]container[-container][/protocol].</summary>
internal sealed record PortOptions(JsonBody Exposed, JsonBody Bindings)
{
    public static PortOptions Read(IEnumerable<string> expose, IEnumerable<string> publish)
    {
        var exposed = new JsonBody();
        var bindings = new Dictionary<string, List<JsonBody>>();
        foreach (var text in publish) Publish(text, exposed, bindings);
        foreach (var text in expose)
        {
            if (text.Contains(':', StringComparison.Ordinal)) throw new CommandLineException($"invalid port format for --expose: {text}", 125);
            var (range, protocol) = SplitProtocol(text);
            var (first, last) = Range(range, $"invalid range format for --expose: {text}, error:", expose: true);
            for (var port = first; port <= last; port++) exposed[Key(port, protocol)] = new JsonBody();
        }

        var all = new JsonBody();
        foreach (var (key, value) in bindings) all[key] = value;
        return new PortOptions(exposed, all);
    }

    private static void Publish(string text, JsonBody exposed, Dictionary<string, List<JsonBody>> bindings)
    {
        if (text.Contains('=', StringComparison.Ordinal)) text = FromFields(text);
        var (address, protocol) = SplitProtocol(text);
        if (protocol is not ("tcp" or "udp" or "sctp")) throw new CommandLineException($"invalid proto: {protocol}", 125);
        string ip = "", host = "", container;
        var close = address.StartsWith('[') ? address.IndexOf(']', StringComparison.Ordinal) : -1;
        if (close > 0)
        {
            ip = address[1..close];
            address = address[(close + 1)..].TrimStart(':');
        }

        var parts = address.Split(':');
        switch (parts.Length)
        {
            case 1: container = parts[0]; break;
            case 2: (host, container) = (parts[0], parts[1]); break;
            default:
                ip = string.Join(':', parts[..^2]);
                (host, container) = (parts[^2], parts[^1]);
                break;
        }

        if (ip.Length > 0 && !System.Net.IPAddress.TryParse(ip, out _)) throw new CommandLineException($"invalid IP address: {ip}", 125);
        if (container.Length == 0) throw new CommandLineException($"no port specified: {text}<empty>", 125);
        var (first, last) = Range(container, "invalid containerPort:");
        var (hostFirst, hostLast) = host.Length == 0 ? (0, 0) : Range(host, "invalid hostPort:");
        if (host.Length > 0 && last - first != hostLast - hostFirst && last != first)
        {
            throw new CommandLineException($"invalid ranges specified for container and host Ports: {container} and {host}", 125);
        }

        for (var offset = 0; offset <= last - first; offset++)
        {
            var key = Key(first + offset, protocol);
            exposed[key] = new JsonBody();
            var hostPort = host.Length == 0 ? "" : first == last && hostFirst != hostLast ? $"{hostFirst}-{hostLast}" : (hostFirst + offset).ToString(CultureInfo.InvariantCulture);
            if (!bindings.TryGetValue(key, out var list)) bindings[key] = list = [];
            list.Add(new JsonBody { ["HostIp"] = ip, ["HostPort"] = hostPort });
        }
    }

    // target=80,published=8080,protocol=tcp
    private static string FromFields(string text)
    {
        string target = "", published = "", protocol = "tcp";
        foreach (var field in text.Split(','))
        {
            var equals = field.IndexOf('=', StringComparison.Ordinal);
            var value = field[(equals + 1)..];
            switch (equals < 0 ? field : field[..equals])
            {
                case "target": target = value; break;
                case "published": published = value; break;
                case "protocol": protocol = value; break;
                case "mode": break;
                case var other: throw new CommandLineException($"invalid field key {other}", 125);
            }
        }

        return published.Length > 0 ? $"{published}:{target}/{protocol}" : $"{target}/{protocol}";
    }

    private static (string Range, string Protocol) SplitProtocol(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (text, "tcp") : (text[..slash], text[(slash + 1)..].ToLowerInvariant());
    }

    private static (int First, int Last) Range(string text, string failure, bool expose = false)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        var first = dash < 0 ? text : text[..dash];
        var last = dash < 0 ? text : text[(dash + 1)..];
        if (!ushort.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var a) || !ushort.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var b) || b < a)
        {
            throw new CommandLineException(expose ? $"{failure} strconv.ParseUint: parsing {OptionValues.Quote(first)}: invalid syntax" : $"{failure} {text}", 125);
        }

        return (a, b);
    }

    private static string Key(int port, string protocol) => string.Create(CultureInfo.InvariantCulture, $"{port}/{protocol}");
}
