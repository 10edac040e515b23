using System.Globalization;
using System.Net;
using Gantry.Network.Records;
using Gantry.Spec.Engine;
using AddressPool = Gantry.Network.Records.AddressPool;

namespace Gantry.Engine.Networks;

/// <summary>Networks as clients see them.</summary>
internal static class NetworkDescription
{
    /// <param name="network">Which.</param>
    /// <param name="nameOf">A container's name by its id; null leaves the containers out, as lists do.</param>
    public static NetworkInspect Of(EngineNetwork network, Func<string, string?>? nameOf)
    {
        var record = network.Record;
        return new NetworkInspect
        {
            Name = record.Name,
            Id = record.Id,
            Created = GoTime.Format(record.Created),
            Scope = "local",
            Driver = NetworkName.DriverShown(record),
            EnableIPv4 = record.EnableIPv4,
            EnableIPv6 = record.EnableIPv6,
            IPAM = new Ipam
            {
                Driver = record.IpamDriver,
                Options = record.IpamOptions,
                Config = [.. record.Pools.Select(Pool)],
            },
            Internal = record.Internal,
            Attachable = record.Attachable,
            ConfigFrom = new ConfigReference { Network = record.ConfigFrom },
            ConfigOnly = record.ConfigOnly,
            Containers = nameOf is null ? [] : Containers(network, nameOf),
            Options = record.Options,
            Labels = record.Labels,
        };
    }

    /// <summary>An address as an endpoint has it, with the length of its subnet's prefix; empty for none.</summary>
    public static string WithLength(NetworkRecord record, IPAddress? address) => address is null
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{address}/{LengthOf(record, address)}");

    public static int LengthOf(NetworkRecord record, IPAddress? address) => PoolOf(record, address)?.Subnet?.PrefixLength ?? 0;

    public static AddressPool? PoolOf(NetworkRecord record, IPAddress? address) => address is null
        ? null
        : record.Pools.FirstOrDefault(pool => pool.Subnet is { } subnet && subnet.BaseAddress.AddressFamily == address.AddressFamily && subnet.Contains(address));

    private static IpamConfig Pool(AddressPool pool) => new()
    {
        Subnet = pool.Subnet?.ToString(),
        IPRange = pool.Range?.ToString(),
        Gateway = pool.Gateway?.ToString(),
        AuxiliaryAddresses = pool.Auxiliary.Count == 0 ? null : pool.Auxiliary.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal),
    };

    private static Dictionary<string, NetworkContainer> Containers(EngineNetwork network, Func<string, string?> nameOf) =>
        network.Endpoints.Values.Where(endpoint => nameOf(endpoint.ContainerId) is not null).ToDictionary(
            endpoint => endpoint.ContainerId,
            endpoint => new NetworkContainer
            {
                Name = nameOf(endpoint.ContainerId)!,
                EndpointID = endpoint.Id,
                MacAddress = endpoint.MacAddress,
                IPv4Address = WithLength(network.Record, endpoint.IPv4),
                IPv6Address = WithLength(network.Record, endpoint.IPv6),
            },
            StringComparer.Ordinal);
}
