using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Gantry.Linux.Nftables;

/// <summary>Types of nft's sets and maps, by the numbers under which nft(8) lists them; the kernel knows lengths only.</summary>
public enum NftType
{
    IPv4Address = 7,
    IPv6Address = 8,
    Protocol = 12,
    Service = 13,
    InterfaceName = 41,
}

/// <summary>A named set, or a map where it has data.</summary>
/// <param name="Key">The parts of a key, in order.</param>
/// <param name="Data">The parts of what a key leads to; empty for a set.</param>
/// <param name="IsInterval">Elements are ranges: of each part where there are several.</param>
public sealed record NftSet(string Name, NftType[] Key, NftType[] Data, bool IsInterval = false)
{
    public NftSet(string name, params NftType[] key)
        : this(name, key, [])
    {
    }

    internal static int LengthOf(NftType type) => type switch
    {
        NftType.IPv4Address => 4,
        NftType.IPv6Address => 16,
        NftType.Protocol => 1,
        NftType.Service => 2,
        NftType.InterfaceName => 16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    /// <summary>Concatenated parts are padded to registers of four bytes.</summary>
    internal static int LengthOf(NftType[] types) =>
        types.Length == 1 ? LengthOf(types[0]) : types.Sum(t => Netlink.NetlinkMessages.Align(LengthOf(t)));

    /// <summary>nft's number of a concatenation: six bits for each part.</summary>
    internal static uint TypeOf(NftType[] types) => types.Aggregate(0u, (all, one) => (all << 6) | (uint)one);
}

/// <summary>One element of a set or map, as the kernel takes it.</summary>
/// <param name="Key">The key, or the beginning of its range.</param>
/// <param name="KeyEnd">The last of the range, inclusive; null without one.</param>
/// <param name="Data">Empty in a set.</param>
public readonly record struct NftElement(byte[] Key, byte[]? KeyEnd, byte[] Data)
{
    public static NftElement Of(byte[] key, byte[]? data = null) => new(key, null, data ?? []);

    public static NftElement Range(byte[] first, byte[] last, byte[]? data = null) => new(first, last, data ?? []);
}

/// <summary>Builds keys and data out of parts.</summary>
public sealed class NftValue
{
    private readonly List<byte> bytes = [];

    public NftValue Add(IPAddress address) => AddPadded(address.GetAddressBytes());

    /// <summary>A protocol number of one byte.</summary>
    public NftValue Add(byte number) => AddPadded([number]);

    /// <summary>A port, in network order.</summary>
    public NftValue Add(ushort port)
    {
        Span<byte> raw = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(raw, port);
        return AddPadded(raw);
    }

    /// <summary>A link's name, in the sixteen bytes of IFNAMSIZ.</summary>
    public NftValue Add(string link)
    {
        Span<byte> raw = stackalloc byte[16];
        raw.Clear();
        Encoding.UTF8.GetBytes(link, raw[..15]);
        return AddPadded(raw);
    }

    public byte[] ToArray() => [.. bytes];

    private NftValue AddPadded(ReadOnlySpan<byte> part)
    {
        bytes.AddRange(part);
        while (bytes.Count % 4 != 0) bytes.Add(0);
        return this;
    }
}
