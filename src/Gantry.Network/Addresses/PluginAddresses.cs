using System.Net;
using Gantry.Network.Records;
using Gantry.Spec;

namespace Gantry.Network.Addresses;

/// <summary>The subnets and addresses of networks whose IPAM driver is a plug-in. What is taken is given back when a later step fails.</summary>
internal sealed class PluginAddresses(IAddressPlugin plugin)
{
    public bool NeedsMacAddress => plugin.NeedsMacAddress;

    public bool NeedsReplay => plugin.NeedsReplay;

    /// <summary>Takes the subnets of a new network, their gateways, and the addresses that belong to others.</summary>
    public AddressPool[] Take(NetworkRecord network)
    {
        List<AddressPool> taken = [];
        try
        {
            foreach (var (wanted, ipv6) in Wanted(network))
            {
                var pool = plugin.RequestPool(wanted, ipv6, network.IpamOptions ?? []);
                taken.Add(pool with { Gateway = null, Auxiliary = [] });
                if (wanted.Gateway is not null || pool.Gateway is null)
                {
                    pool = pool with { Gateway = plugin.RequestAddress(pool, wanted.Gateway, new(IsGateway: true)) };
                }

                taken[^1] = pool with { Auxiliary = [] };
                foreach (var (name, address) in wanted.Auxiliary)
                {
                    taken[^1].Auxiliary[name] = plugin.RequestAddress(pool, address, new(IsGateway: false));
                }
            }

            return [.. taken];
        }
        catch
        {
            GiveBack(taken);
            throw;
        }
    }

    /// <summary>Takes what a network and its endpoints have once more, from a plug-in that may have forgotten it.</summary>
    /// <returns>The network's subnets with the plug-in's ids of now.</returns>
    public AddressPool[] TakeAgain(NetworkRecord network, IEnumerable<EndpointRecord> endpoints)
    {
        List<AddressPool> pools = [];
        foreach (var pool in network.Pools)
        {
            var again = pool with { PluginId = plugin.RequestPool(pool, pool.Subnet?.IsIPv6() == true, network.IpamOptions ?? []).PluginId };
            pools.Add(again);
            if (pool.Gateway is { } gateway)
            {
                Try(() => plugin.RequestAddress(again, gateway, new(IsGateway: true)));
            }

            foreach (var address in pool.Auxiliary.Values)
            {
                Try(() => plugin.RequestAddress(again, address, new(IsGateway: false)));
            }
        }

        var now = network with { Pools = [.. pools] };
        foreach (var endpoint in endpoints)
        {
            var purpose = new AddressPurpose(IsGateway: false, NeedsMacAddress ? endpoint.MacAddress : "");
            foreach (var address in (IEnumerable<IPAddress?>)[endpoint.IPv4, endpoint.IPv6])
            {
                if (address is not null)
                {
                    Try(() => Choose(now, address, address.IsIPv6(), purpose));
                }
            }
        }

        return now.Pools;
    }

    /// <summary>Gives back all of a network.</summary>
    public void GiveBack(IEnumerable<AddressPool> pools)
    {
        foreach (var pool in pools)
        {
            foreach (var address in pool.Auxiliary.Values.Concat(pool.Gateway is { } gateway ? [gateway] : []))
            {
                Try(() => plugin.ReleaseAddress(pool, address));
            }

            Try(() => plugin.ReleasePool(pool));
        }
    }

    /// <summary>Takes the addresses of an endpoint, which has its link address where the plug-in wants to know it.</summary>
    public EndpointRecord Lease(NetworkRecord network, EndpointRecord endpoint, EndpointRequest request)
    {
        var purpose = new AddressPurpose(IsGateway: false, NeedsMacAddress ? endpoint.MacAddress : "");
        var ipv4 = network.EnableIPv4 ? Choose(network, request.IPv4, ipv6: false, purpose) : null;
        try
        {
            return endpoint with { IPv4 = ipv4, IPv6 = network.EnableIPv6 && !endpoint.WithoutIPv6 ? Choose(network, request.IPv6, ipv6: true, purpose) : null };
        }
        catch
        {
            Release(network, endpoint with { IPv4 = ipv4 });
            throw;
        }
    }

    public void Release(NetworkRecord network, EndpointRecord endpoint)
    {
        foreach (var address in (IEnumerable<IPAddress?>)[endpoint.IPv4, endpoint.IPv6])
        {
            if (address is not null && network.Pools.FirstOrDefault(pool => pool.Subnet?.Contains(address) == true) is { } pool)
            {
                plugin.ReleaseAddress(pool, address);
            }
        }
    }

    private static IEnumerable<(AddressPool Pool, bool IsIPv6)> Wanted(NetworkRecord network)
    {
        foreach (var ipv6 in (bool[])[false, true])
        {
            if (!(ipv6 ? network.EnableIPv6 : network.EnableIPv4)) continue;
            var pools = network.Pools.Where(pool => pool.Subnet is { } subnet && subnet.IsIPv6() == ipv6).DefaultIfEmpty(new AddressPool());
            foreach (var pool in pools) yield return (pool, ipv6);
        }
    }

    private IPAddress? Choose(NetworkRecord network, IPAddress? wanted, bool ipv6, AddressPurpose purpose)
    {
        var pools = network.Pools.Where(pool => pool.Subnet is { } subnet && subnet.IsIPv6() == ipv6 && (wanted is null || subnet.Contains(wanted))).ToArray();
        if (pools.Length == 0 && wanted is not null)
        {
            throw new InvalidArgumentException($"Invalid address {wanted}: It does not belong to any of this network's subnets");
        }

        GantryException? last = null;
        foreach (var pool in pools)
        {
            try
            {
                return plugin.RequestAddress(pool, wanted, purpose);
            }
            catch (GantryException e)
            {
                last = e;
            }
        }

        return last is null ? null : throw last;
    }

    private static void Try(Action call)
    {
        try
        {
            call();
        }
        catch (GantryException)
        {
            // A plug-in that is gone, or says no, keeps no network from going or from coming back.
        }
    }
}
