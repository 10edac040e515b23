using System.Globalization;
using System.Net;
using Gantry.Compose.Nodes;

namespace Gantry.Compose.Normalizing;

/// <summary>The short form of ports, <c>[[ip:]published:]target[/protocol]</c>; ranges become a port each.</summary>
internal static class PortText
{
    private const string Form = "write [[address:]published:]target[/protocol], ports from 1 to 65535";

    public static IEnumerable<MappingNode> Parse(string text, Origin origin, string path)
    {
        var (spec, protocol) = text.Split('/') switch
        {
            [var only] => (only, "tcp"),
            [var before, var after] => (before, after.ToLowerInvariant()),
            _ => throw Wrong(),
        };
        if (protocol is not ("tcp" or "udp" or "sctp"))
        {
            throw new ComposeException($"{path}: \"{text}\" has the unknown protocol \"{protocol}\"; it is tcp, udp or sctp", origin);
        }

        var (address, published, target) = Parts(spec);
        if (address.Length > 0 && !IPAddress.TryParse(address, out _))
        {
            throw new ComposeException($"{path}: \"{text}\" has \"{address}\" where an address should be; {Form}", origin);
        }

        var (first, last) = Range(target) ?? throw Wrong();
        (int First, int Last)? host = published.Length == 0 ? null : Range(published) ?? throw Wrong();
        var isChoice = host is { } range && first == last && range.First != range.Last;
        if (host is { } ports && !isChoice && ports.Last - ports.First != last - first)
        {
            throw new ComposeException($"{path}: \"{text}\" has ranges of different lengths", origin);
        }

        return Enumerable.Range(first, last - first + 1)
            .OrderBy(port => port.ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal)
            .Select(port => Port(port, isChoice ? published : host is { } from ? (from.First + port - first).ToString(CultureInfo.InvariantCulture) : null));

        MappingNode Port(int port, string? hostPort)
        {
            var node = new MappingNode(origin);
            node.Set("mode", new ScalarNode("ingress", origin));
            if (address.Length > 0)
            {
                node.Set("host_ip", new ScalarNode(address, origin));
            }

            node.Set("target", new ScalarNode((long)port, origin));
            if (hostPort is not null)
            {
                node.Set("published", new ScalarNode(hostPort, origin));
            }

            node.Set("protocol", new ScalarNode(protocol, origin));
            return node;
        }

        ComposeException Wrong() => new($"{path}: \"{text}\" is no port; {Form}", origin);
    }

    private static (string Address, string Published, string Target) Parts(string spec)
    {
        var last = spec.LastIndexOf(':');
        if (last < 0)
        {
            return ("", "", spec);
        }

        var before = last == 0 ? -1 : spec.LastIndexOf(':', last - 1);
        return before < 0
            ? ("", spec[..last], spec[(last + 1)..])
            : (spec[..before].Trim('[', ']'), spec[(before + 1)..last], spec[(last + 1)..]);
    }

    private static (int First, int Last)? Range(string text)
    {
        var parts = text.Split('-');
        return parts.Length <= 2 && Number(parts[0]) is { } first && Number(parts[^1]) is { } last && first <= last ? (first, last) : null;
    }

    private static int? Number(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
