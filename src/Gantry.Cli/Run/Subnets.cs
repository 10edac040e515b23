using System.Net;
using Gantry.Cli.CommandLine;
using Gantry.Client;

namespace Gantry.Cli.Run;

/// <summary>One --subnet, and what of --ip-range, --gateway and --aux-address belongs to it.</summary>
internal sealed class Subnets(string subnet)
{
    private readonly JsonBody _auxiliary = new();
    private string? _range;
    private string? _gateway;

    public static List<Subnets> Read(IReadOnlyList<string> subnets, IReadOnlyList<string> ranges, IReadOnlyList<string> gateways, IReadOnlyList<string> auxiliary)
    {
        if (subnets.Count < ranges.Count || subnets.Count < gateways.Count) throw new CommandLineException("every ip-range or gateway must have a corresponding subnet");
        var all = subnets.Select(text => new Subnets(text)).ToList();
        for (var i = 0; i < all.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (all[i].Holds(all[j].Base) || all[j].Holds(all[i].Base)) throw new CommandLineException("multiple overlapping subnet configuration is not supported");
            }
        }

        foreach (var range in ranges)
        {
            var owner = Owner(all, range.Split('/')[0], $"no matching subnet for range {range}");
            if (owner._range is not null) throw new CommandLineException($"cannot configure multiple ranges ({range}, {owner._range}) on the same subnet ({owner.Text})");
            owner._range = range;
        }

        foreach (var gateway in gateways)
        {
            var owner = Owner(all, gateway, $"no matching subnet for gateway {gateway}");
            if (owner._gateway is { } other) throw new CommandLineException($"cannot configure multiple gateways ({gateway}, {other}) for the same subnet ({owner.Text})");
            owner._gateway = gateway;
        }

        foreach (var pair in auxiliary)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var address = equals < 0 ? "" : pair[(equals + 1)..];
            Owner(all, address, $"no matching subnet for aux-address {address}")._auxiliary[equals < 0 ? pair : pair[..equals]] = address;
        }

        return all;
    }

    public JsonBody ToBody()
    {
        var body = new JsonBody { ["Subnet"] = subnet };
        body.SetIfGiven("IPRange", _range);
        body.SetIfGiven("Gateway", _gateway);
        body.SetIfGiven("AuxiliaryAddresses", _auxiliary);
        return body;
    }

    private string Text => subnet;

    private string Base => subnet.Split('/')[0];

    private static Subnets Owner(List<Subnets> all, string address, string otherwise) => all.Find(one => one.Holds(address)) ?? throw new CommandLineException(otherwise);

    // What is no subnet is for the daemon to refuse.
    private bool Holds(string address) =>
        IPAddress.TryParse(address, out var one) && IPAddress.TryParse(Base, out var own) && one.AddressFamily == own.AddressFamily
        && subnet.Split('/') is [_, var length] && int.TryParse(length, out var bits) && bits >= 0 && bits <= own.GetAddressBytes().Length * 8
        && Bits(one, bits).SequenceEqual(Bits(own, bits));

    private static IEnumerable<int> Bits(IPAddress address, int count)
    {
        var bytes = address.GetAddressBytes();
        return Enumerable.Range(0, count).Select(bit => (bytes[bit / 8] >> (7 - (bit % 8))) & 1);
    }
}
