using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Gantry.Network.Addresses;

/// <summary>Addresses as numbers.</summary>
internal static class AddressMath
{
    public static bool IsIPv6(this IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6;

    public static bool IsIPv6(this IPNetwork network) => network.BaseAddress.IsIPv6();

    public static UInt128 ToNumber(this IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    public static IPAddress ToAddress(this UInt128 number, bool isIPv6)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return new IPAddress(isIPv6 ? bytes : bytes[12..]);
    }

    public static UInt128 FirstNumber(this IPNetwork network) => network.BaseAddress.ToNumber();

    public static UInt128 LastNumber(this IPNetwork network) => network.FirstNumber() + network.HostMask();

    public static IPAddress LastAddress(this IPNetwork network) => network.LastNumber().ToAddress(network.IsIPv6());

    public static bool Overlaps(this IPNetwork one, IPNetwork other) =>
        one.IsIPv6() == other.IsIPv6() && one.FirstNumber() <= other.LastNumber() && other.FirstNumber() <= one.LastNumber();

    public static bool Contains(this IPNetwork outer, IPNetwork inner) =>
        outer.IsIPv6() == inner.IsIPv6() && outer.FirstNumber() <= inner.FirstNumber() && inner.LastNumber() <= outer.LastNumber();

    /// <summary>The block of that length an address is in.</summary>
    public static IPNetwork Block(IPAddress address, int prefixLength)
    {
        var mask = HostMask(address.IsIPv6() ? 128 : 32, prefixLength);
        return new IPNetwork((address.ToNumber() & ~mask).ToAddress(address.IsIPv6()), prefixLength);
    }

    private static UInt128 HostMask(this IPNetwork network) => HostMask(network.IsIPv6() ? 128 : 32, network.PrefixLength);

    private static UInt128 HostMask(int width, int prefixLength) =>
        width == prefixLength ? 0 : UInt128.MaxValue >> (128 - (width - prefixLength));
}
