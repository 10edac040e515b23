using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Gantry.Network.Addresses;

/// <summary>
/// Where subnets come from when nobody says: Docker's blocks first, in its order, then enough of small ones that a machine
/// with hundreds of networks does not run out.
/// </summary>
public static class DefaultPools
{
    private const int Ipv6SubnetSize = 64;

    public static IReadOnlyList<DefaultPool> IPv4 { get; } =
    [
        new(IPNetwork.Parse("172.17.0.0/16"), 16),
        new(IPNetwork.Parse("172.18.0.0/16"), 16),
        new(IPNetwork.Parse("172.19.0.0/16"), 16),
        new(IPNetwork.Parse("172.20.0.0/14"), 16),
        new(IPNetwork.Parse("172.24.0.0/14"), 16),
        new(IPNetwork.Parse("172.28.0.0/14"), 16),
        new(IPNetwork.Parse("192.168.0.0/16"), 20),
        new(IPNetwork.Parse("10.200.0.0/14"), 24),
        new(IPNetwork.Parse("10.100.0.0/14"), 24),
    ];

    /// <summary>A unique local block (RFC 4193) that is the same at each start and differs from other machines'.</summary>
    public static DefaultPool IPv6(string machineId)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes("gantry " + machineId));
        Span<byte> address = stackalloc byte[16];
        address.Clear();
        address[0] = 0xfd;
        hash.AsSpan(0, 5).CopyTo(address[1..]);
        return new(new IPNetwork(new IPAddress(address), 48), Ipv6SubnetSize);
    }
}
