using System.Globalization;
using System.Net;

namespace Gantry.Network.Names.Local;

/// <summary>Names that stand for addresses: <c>4.3.2.1.in-addr.arpa</c>, and 32 digits before <c>ip6.arpa</c> (RFC 1035, 3.5; RFC 3596, 2.5).</summary>
internal static class ReverseName
{
    private const string IPv4Domain = ".in-addr.arpa";
    private const string IPv6Domain = ".ip6.arpa";

    public static IPAddress? TryParse(ReadOnlySpan<char> name) =>
        name.EndsWith(IPv4Domain, StringComparison.Ordinal) ? ParseIPv4(name[..^IPv4Domain.Length])
        : name.EndsWith(IPv6Domain, StringComparison.Ordinal) ? ParseIPv6(name[..^IPv6Domain.Length])
        : null;

    private static IPAddress? ParseIPv4(ReadOnlySpan<char> digits)
    {
        Span<byte> bytes = stackalloc byte[4];
        var count = 0;
        foreach (var range in digits.Split('.'))
        {
            if (count == 4 || !byte.TryParse(digits[range], NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return null;
            bytes[3 - count++] = value;
        }

        return count == 4 ? new IPAddress(bytes) : null;
    }

    private static IPAddress? ParseIPv6(ReadOnlySpan<char> digits)
    {
        const int nibbles = 32;
        if (digits.Length != (2 * nibbles) - 1) return null;
        Span<byte> bytes = stackalloc byte[16];
        for (var i = 0; i < nibbles; i++)
        {
            if ((i > 0 && digits[(2 * i) - 1] != '.') || !char.IsAsciiHexDigit(digits[2 * i])) return null;
            var place = nibbles - 1 - i;
            bytes[place / 2] |= (byte)(Convert.ToInt32(digits[2 * i].ToString(), 16) << (place % 2 == 0 ? 4 : 0));
        }

        return new IPAddress(bytes);
    }
}
