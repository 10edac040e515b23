using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using Gantry.Spec;

namespace Gantry.Network.Addresses;

/// <summary>Link addresses, as <c>02:42:ac:11:00:02</c>.</summary>
internal static class MacAddresses
{
    /// <summary>
    /// Derived from the address, as Docker does: who gets the address of a container that ended has its link address too,
    /// and no neighbour's table is wrong.
    /// </summary>
    public static string Derive(IPAddress? ipv4, IPAddress? ipv6)
    {
        Span<byte> bytes = [0x02, 0x42, 0, 0, 0, 0];
        if (ipv4 is not null) ipv4.TryWriteBytes(bytes[2..], out _);
        else if (ipv6 is not null) SHA256.HashData(ipv6.GetAddressBytes()).AsSpan(0, 4).CopyTo(bytes[2..]);
        else RandomNumberGenerator.Fill(bytes[2..]);
        return Format(bytes);
    }

    public static string Random() => Derive(null, null);

    public static PhysicalAddress Parse(string text)
    {
        var parts = text.Split(':', '-');
        var bytes = new byte[6];
        var isValid = parts.Length == bytes.Length;
        for (var i = 0; isValid && i < bytes.Length; i++)
        {
            isValid = parts[i].Length == 2 && byte.TryParse(parts[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[i]);
        }

        // The lowest bit of the first byte says multicast, which no link may have.
        return isValid && (bytes[0] & 1) == 0 ? new PhysicalAddress(bytes)
            : throw new InvalidArgumentException($"invalid MAC address: {text}: six bytes such as 02:42:ac:11:00:02 are wanted");
    }

    public static string Format(ReadOnlySpan<byte> bytes) => string.Join(':', Convert.ToHexStringLower(bytes).Chunk(2).Select(c => new string(c)));
}
