using System.Globalization;
using System.Net;
using Gantry.Spec;
using Gantry.Spec.Engine;
using AddressPool = Gantry.Network.Records.AddressPool;

namespace Gantry.Engine.Networks;

/// <summary>Reads the subnets of a request; whether they fit each other is the network stack's to say.</summary>
internal static class IpamRequest
{
    public static AddressPool[] Read(Ipam? ipam)
    {
        var errors = new List<string>();
        AddressPool[] pools = [.. (ipam?.Config ?? []).Select(config => Read(config, errors))];
        return errors.Count == 0 ? pools : throw new InvalidArgumentException("invalid network config:\n" + string.Join('\n', errors));
    }

    private static AddressPool Read(IpamConfig config, List<string> errors) => new()
    {
        Subnet = Subnet("subnet", config.Subnet, errors),
        Range = Subnet("ip-range", config.IPRange, errors),
        Gateway = Address("gateway", config.Gateway, errors),
        Auxiliary = (config.AuxiliaryAddresses ?? [])
            .Select(pair => (pair.Key, Address: Address($"auxiliary address {pair.Key}", pair.Value, errors)))
            .Where(pair => pair.Address is not null)
            .ToDictionary(pair => pair.Key, pair => pair.Address!, StringComparer.Ordinal),
    };

    private static IPNetwork? Subnet(string what, string? text, List<string> errors)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (text.Split('/') is not [var start, var length] || !IPAddress.TryParse(start, out var address)
            || !int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bits) || bits > address.GetAddressBytes().Length * 8)
        {
            errors.Add($"invalid {what} {text}: invalid CIDR block notation");
            return null;
        }

        var subnet = Mask(address, bits);
        if (subnet.BaseAddress.Equals(address))
        {
            return subnet;
        }

        errors.Add($"invalid {what} {text}: it should be {subnet}");
        return null;
    }

    /// <summary>The subnet that an address is in.</summary>
    public static IPNetwork Mask(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = length; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), length);
    }

    private static IPAddress? Address(string what, string? text, List<string> errors)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (IPAddress.TryParse(text, out var address))
        {
            return address;
        }

        errors.Add($"invalid {what} {text}: invalid address");
        return null;
    }
}
