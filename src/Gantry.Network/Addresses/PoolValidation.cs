using System.Net;
using Gantry.Network.Records;
using Gantry.Spec;

namespace Gantry.Network.Addresses;

/// <summary>Checks subnets, ranges and addresses as asked for, and reports all that is wrong, in Docker's words.</summary>
internal static class PoolValidation
{
    public static void Check(NetworkRecord network)
    {
        List<string> errors = [];
        foreach (var pool in network.Pools) Check(network, pool, errors);
        for (var i = 0; i < network.Pools.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (network.Pools[i].Subnet is { } one && network.Pools[j].Subnet is { } other && one.Overlaps(other))
                {
                    errors.Add($"subnet {one} overlaps with subnet {other}");
                }
            }
        }

        if (errors.Count > 0) throw new InvalidArgumentException("invalid network config:\n" + string.Join('\n', errors));
    }

    private static void Check(NetworkRecord network, AddressPool pool, List<string> errors)
    {
        if (pool.Subnet is not { } subnet)
        {
            // A gateway or range without its subnet has no meaning; Docker leaves the family to the pool, too.
            if (pool.Range is { } lone) errors.Add($"invalid ip-range {lone}: it needs a subnet");
            if (pool.Gateway is { } alone) errors.Add($"invalid gateway {alone}: it needs a subnet");
            return;
        }

        if (subnet.IsIPv6() && !network.EnableIPv6)
        {
            errors.Add($"invalid subnet {subnet}: IPv6 has not been enabled for this network");
        }

        if (!subnet.IsIPv6() && !network.EnableIPv4)
        {
            errors.Add($"invalid subnet {subnet}: IPv4 has been disabled for this network");
        }

        if (pool.Range is { } range)
        {
            if (range.IsIPv6() != subnet.IsIPv6())
            {
                errors.Add($"invalid ip-range {range}: parent subnet is an IPv{(subnet.IsIPv6() ? 6 : 4)} block");
            }
            else if (range.PrefixLength < subnet.PrefixLength)
            {
                errors.Add($"invalid ip-range {range}: CIDR block is bigger than its parent subnet {subnet}");
            }
            else if (!subnet.Contains(range))
            {
                errors.Add($"invalid ip-range {range}: parent subnet {subnet} doesn't contain ip-range");
            }
        }

        if (pool.Gateway is { } gateway) CheckAddress($"gateway {gateway}", gateway, subnet, errors);
        foreach (var (name, address) in pool.Auxiliary) CheckAddress($"auxiliary address {name}", address, subnet, errors);
    }

    private static void CheckAddress(string what, IPAddress address, IPNetwork subnet, List<string> errors)
    {
        if (address.IsIPv6() != subnet.IsIPv6())
        {
            errors.Add($"invalid {what}: parent subnet is an IPv{(subnet.IsIPv6() ? 6 : 4)} block");
        }
        else if (!subnet.Contains(address))
        {
            errors.Add($"invalid {what}: parent subnet {subnet} doesn't contain this address");
        }
    }
}
