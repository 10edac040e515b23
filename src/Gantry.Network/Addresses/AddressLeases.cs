using System.Net;
using Gantry.Network.Records;
using Gantry.Spec;

namespace Gantry.Network.Addresses;

/// <summary>
/// Which addresses of each network are taken: by containers, from lease to release. Gateways and addresses of others are
/// the network's own, and need no lease.
/// </summary>
internal sealed class AddressLeases
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Dictionary<IPAddress, string>> networks = [];

    /// <summary>Takes addresses: the ones asked for, or the lowest that are free.</summary>
    public EndpointRecord Lease(NetworkRecord network, EndpointRecord endpoint, EndpointRequest request)
    {
        lock (gate)
        {
            var leases = LeasesOf(network.Id);
            var ipv4 = network.EnableIPv4 ? Choose(network, leases, request.IPv4, false, endpoint.Id) : Refuse(request.IPv4, network);
            var ipv6 = endpoint.WithoutIPv6 ? null
                : network.EnableIPv6 ? Choose(network, leases, request.IPv6, true, endpoint.Id)
                : Refuse(request.IPv6, network);
            if (ipv4 is not null) leases[ipv4] = endpoint.Id;
            if (ipv6 is not null) leases[ipv6] = endpoint.Id;
            return endpoint with { IPv4 = ipv4, IPv6 = ipv6 };
        }
    }

    /// <summary>Notes what an endpoint has already.</summary>
    public void Restore(EndpointRecord endpoint)
    {
        lock (gate)
        {
            var leases = LeasesOf(endpoint.NetworkId);
            if (endpoint.IPv4 is { } ipv4) leases[ipv4] = endpoint.Id;
            if (endpoint.IPv6 is { } ipv6) leases[ipv6] = endpoint.Id;
        }
    }

    /// <summary>Gives back what the endpoint itself holds: an address that passed to another one meanwhile stays theirs.</summary>
    public void Release(EndpointRecord endpoint)
    {
        lock (gate)
        {
            if (!networks.TryGetValue(endpoint.NetworkId, out var leases)) return;
            foreach (var address in (IEnumerable<IPAddress?>)[endpoint.IPv4, endpoint.IPv6])
            {
                if (address is not null && leases.TryGetValue(address, out var holder) && holder == endpoint.Id) leases.Remove(address);
            }
        }
    }

    public void Forget(string networkId)
    {
        lock (gate) networks.Remove(networkId);
    }

    private Dictionary<IPAddress, string> LeasesOf(string networkId) =>
        networks.TryGetValue(networkId, out var found) ? found : networks[networkId] = [];

    private static IPAddress? Refuse(IPAddress? wanted, NetworkRecord network) =>
        wanted is null ? null
        : throw new InvalidArgumentException($"invalid address {wanted}: network {network.Name} has no IPv{(wanted.IsIPv6() ? 6 : 4)}");

    private static IPAddress? Choose(
        NetworkRecord network, Dictionary<IPAddress, string> leases, IPAddress? wanted, bool isIPv6, string endpointId)
    {
        var pools = network.Pools.Where(p => p.Subnet is { } s && s.IsIPv6() == isIPv6).ToArray();
        if (wanted is not null) return CheckWanted(pools, leases, wanted, endpointId);
        if (pools.Length == 0) return null;
        foreach (var pool in pools)
        {
            if (Lowest(pool, leases) is { } free) return free;
        }

        throw new UnavailableException(
            $"no available IPv{(isIPv6 ? 6 : 4)} addresses on this network's address pools: {network.Name} ({network.Id})");
    }

    private static IPAddress CheckWanted(AddressPool[] pools, Dictionary<IPAddress, string> leases, IPAddress wanted, string endpointId)
    {
        var pool = Array.Find(pools, p => p.Subnet!.Value.Contains(wanted))
            ?? throw new InvalidArgumentException($"Invalid address {wanted}: It does not belong to any of this network's subnets");
        var isTaken = leases.TryGetValue(wanted, out var holder) && holder != endpointId;
        return !isTaken && !IsReserved(pool, wanted.ToNumber(), wanted) ? wanted
            : throw new PermissionDeniedException($"Address already in use: {wanted}");
    }

    private static IPAddress? Lowest(AddressPool pool, Dictionary<IPAddress, string> leases)
    {
        var range = pool.Range ?? pool.Subnet!.Value;
        var isIPv6 = range.IsIPv6();
        var last = range.LastNumber();
        for (var number = range.FirstNumber(); ; number++)
        {
            var address = number.ToAddress(isIPv6);
            if (!leases.ContainsKey(address) && !IsReserved(pool, number, address)) return address;
            if (number == last) return null;
        }
    }

    private static bool IsReserved(AddressPool pool, UInt128 number, IPAddress address)
    {
        var subnet = pool.Subnet!.Value;
        var (first, last) = (subnet.FirstNumber(), subnet.LastNumber());
        var isEdge = last - first > 1 && (number == first || (number == last && !subnet.IsIPv6()));
        return isEdge || address.Equals(pool.Gateway) || pool.Auxiliary.ContainsValue(address);
    }
}
