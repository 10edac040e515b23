using System.Text;

namespace Gantry.Network.Names.Wire;

/// <summary>Domain names as they stand in messages: labels behind their lengths, a zero at the end (RFC 1035, 3.1 and 4.1.4).</summary>
internal static class DnsName
{
    /// <summary>The longest name there is, in bytes of a message.</summary>
    public const int Longest = 255;

    private const int LongestLabel = 63;
    private const int Pointer = 0xc0;

    /// <summary>
    /// Reads a name that is written out, as a question's first name always is.
    /// </summary>
    /// <param name="message">The whole message.</param>
    /// <param name="offset">Where it begins; afterwards, where it ends.</param>
    /// <param name="text">Room for <see cref="Longest"/> characters: lower case, labels with dots between them, none at the end.</param>
    /// <param name="length">How many there are; -1 for a name that has no such text, because a dot stands inside a label.</param>
    public static bool TryRead(ReadOnlySpan<byte> message, ref int offset, Span<char> text, out int length)
    {
        length = 0;
        var start = offset;
        var isText = true;
        while (offset < message.Length)
        {
            int label = message[offset++];
            if (label == 0)
            {
                length = isText ? length : -1;
                return true;
            }

            if (label > LongestLabel || offset + label > message.Length || offset + label + 1 - start > Longest)
            {
                return false;
            }

            if (length > 0) text[length++] = '.';
            var bytes = message.Slice(offset, label);
            isText &= bytes.IndexOf((byte)'.') < 0;
            length += Encoding.UTF8.GetChars(bytes, text[length..]);
            offset += label;
            ToLower(text[..length]);
        }

        return false;
    }

    /// <summary>Passes over a name, written out or compressed; what a pointer points to is not looked at.</summary>
    public static bool TrySkip(ReadOnlySpan<byte> message, ref int offset)
    {
        while (offset < message.Length)
        {
            int label = message[offset++];
            if (label == 0) return true;
            if (label >= Pointer) return ++offset <= message.Length;
            if (label > LongestLabel) return false;
            offset += label;
        }

        return false;
    }

    /// <summary>Writes a name out; 0 where it is none, or does not fit.</summary>
    public static int Write(ReadOnlySpan<char> name, Span<byte> target)
    {
        var written = 0;
        foreach (var range in name.Split('.'))
        {
            var label = name[range];
            var length = Encoding.UTF8.GetByteCount(label);
            if (length is 0 or > LongestLabel || written + length + 2 > Math.Min(target.Length, Longest)) return 0;
            target[written++] = (byte)length;
            written += Encoding.UTF8.GetBytes(label, target[written..]);
        }

        target[written++] = 0;
        return written;
    }

    /// <summary>Whether two names written out are one, whatever the case of their letters (RFC 4343). A length is never a letter.</summary>
    public static bool Equal(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        if (one.Length != other.Length) return false;
        for (var i = 0; i < one.Length; i++)
        {
            if (Lower(one[i]) != Lower(other[i])) return false;
        }

        return true;
    }

    private static byte Lower(byte value) => value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value + 32) : value;

    private static void ToLower(Span<char> text)
    {
        foreach (ref var character in text)
        {
            if (character is >= 'A' and <= 'Z') character += (char)32;
        }
    }
}
