using System.Net;
using Gantry.Network.Drivers;
using Gantry.Network.Records;
using Gantry.Spec;

namespace Gantry.Network.Addresses;

/// <summary>Completes the pools of a new network: free subnets, gateways.</summary>
internal sealed class SubnetPlanner(IReadOnlyList<DefaultPool> pools)
{
    /// <param name="network">With its pools as asked for, valid.</param>
    /// <param name="taken">Subnets of other networks.</param>
    /// <param name="hostRoutes">What the host reaches already: automatic subnets stay clear of it.</param>
    public AddressPool[] Complete(NetworkRecord network, IReadOnlyList<IPNetwork> taken, IReadOnlyList<IPNetwork> hostRoutes)
    {
        List<AddressPool> result = [];
        foreach (var pool in network.Pools)
        {
            if (pool.Subnet is not { } subnet) continue;
            if (taken.Any(t => subnet.Overlaps(t))) throw new PermissionDeniedException($"Pool overlaps with other one on this address space: {subnet}");
            result.Add(pool);
        }

        if (network.EnableIPv4 && !result.Exists(p => !p.Subnet!.Value.IsIPv6())) result.Insert(0, Next(false));
        if (network.EnableIPv6 && !result.Exists(p => p.Subnet!.Value.IsIPv6())) result.Add(Next(true));
        return [.. result.Select(pool => HasGateway(network, pool) ? WithGateway(pool) : pool)];

        AddressPool Next(bool isIPv6)
        {
            var asked = network.Pools.FirstOrDefault(p => p.Subnet is null && !isIPv6) ?? new AddressPool();
            return asked with { Subnet = NextSubnet(isIPv6, taken, hostRoutes) };
        }
    }

    private IPNetwork NextSubnet(bool isIPv6, IReadOnlyList<IPNetwork> taken, IReadOnlyList<IPNetwork> hostRoutes)
    {
        // The default route says nothing of what is in use.
        var blocked = taken.Concat(hostRoutes.Where(r => r.PrefixLength > 0)).Where(b => b.IsIPv6() == isIPv6)
            .Select(b => (First: b.FirstNumber(), Last: b.LastNumber())).OrderBy(b => b.First).ToArray();
        foreach (var pool in pools)
        {
            if (pool.Base.IsIPv6() != isIPv6) continue;
            var size = UInt128.One << ((isIPv6 ? 128 : 32) - pool.Size);
            var end = pool.Base.LastNumber();
            for (var start = pool.Base.FirstNumber(); start + (size - 1) <= end;)
            {
                var last = start + (size - 1);
                UInt128? behind = null;
                foreach (var block in blocked)
                {
                    if (block.First <= last && start <= block.Last && (behind is null || block.Last > behind)) behind = block.Last;
                }

                if (behind is null) return new IPNetwork(start.ToAddress(isIPv6), pool.Size);
                // On to the first aligned subnet behind what is in the way.
                var next = (behind.Value / size + 1) * size;
                if (next <= start) break;
                start = next;
            }
        }

        throw new NotFoundException($"all predefined address pools have been fully subnetted: no free IPv{(isIPv6 ? 6 : 4)} subnet is left;"
            + " name one with --subnet, or give the daemon more with default-address-pools");
    }

    /// <summary>An internal network whose bridge has no address leads nowhere: its containers have that of the gateway, too.</summary>
    private static bool HasGateway(NetworkRecord network, AddressPool pool) =>
        network is not { Internal: true, Driver: DriverNames.Bridge } || BridgeOptions.Of(network).HasAddress(pool.Subnet!.Value.IsIPv6());

    private static AddressPool WithGateway(AddressPool pool)
    {
        if (pool.Gateway is not null) return pool;
        var subnet = pool.Subnet!.Value;
        var first = subnet.FirstNumber();
        var last = subnet.LastNumber();
        // A subnet of one or two addresses has none to spare for itself and for broadcasts (RFC 3021).
        if (last - first > 1) first++;
        for (var number = first; number <= last; number++)
        {
            var address = number.ToAddress(subnet.IsIPv6());
            if (!pool.Auxiliary.ContainsValue(address)) return pool with { Gateway = address };
        }

        throw new InvalidArgumentException($"invalid network config:\ninvalid subnet {subnet}: no address is left for the gateway");
    }
}
