using System.Buffers;
using System.Text;

namespace Gantry.Runtime.Json;

/// <summary>
/// Strings of JSON as Go writes them. By hand: the encoder of System.Text.Json fills tables of all characters when it is
/// first used, which takes longer than all else that is written for a container.
/// </summary>
internal static class JsonText
{
    /// <summary>Bytes that one byte can become: every one as \u00xx.</summary>
    public const int LargestExpansion = 6;

    private static readonly SearchValues<byte> Special = SearchValues.Create(SpecialBytes());

    /// <summary>Puts a text at a position, without quotes around it, and returns the position after it.</summary>
    public static int Escape(Span<byte> destination, int position, ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var plain = text.IndexOfAny(Special);
            if (plain < 0)
            {
                return Put(destination, position, text);
            }

            position = Put(destination, position, text[..plain]);
            text = text[plain..];
            position = text[0] < 0x80 ? EscapeAscii(destination, position, text[0]) : EscapeRune(destination, position, text, out plain);
            text = text[(text[0] < 0x80 ? 1 : plain)..];
        }
    }

    private static int EscapeAscii(Span<byte> destination, int position, byte value) => value switch
    {
        (byte)'"' => Put(destination, position, "\\\""u8),
        (byte)'\\' => Put(destination, position, "\\\\"u8),
        (byte)'\n' => Put(destination, position, "\\n"u8),
        (byte)'\r' => Put(destination, position, "\\r"u8),
        _ => PutHex(destination, Put(destination, position, "\\u00"u8), value),
    };

    private static int EscapeRune(Span<byte> destination, int position, ReadOnlySpan<byte> text, out int consumed)
    {
        if (Rune.DecodeFromUtf8(text, out var rune, out consumed) != OperationStatus.Done)
        {
            // Byte by byte, as Go decodes what is not UTF-8.
            consumed = 1;
            return Put(destination, position, "\\ufffd"u8);
        }

        // Line and paragraph separator end a string in JavaScript, so Docker's writer escapes them.
        return rune.Value is 0x2028 or 0x2029
            ? Put(destination, position, rune.Value == 0x2028 ? "\\u2028"u8 : "\\u2029"u8)
            : Put(destination, position, text[..consumed]);
    }

    private static int PutHex(Span<byte> destination, int position, byte value)
    {
        var digits = "0123456789abcdef"u8;
        destination[position] = digits[value >> 4];
        destination[position + 1] = digits[value & 0xf];
        return position + 2;
    }

    public static int Put(Span<byte> destination, int position, ReadOnlySpan<byte> text)
    {
        text.CopyTo(destination[position..]);
        return position + text.Length;
    }

    private static byte[] SpecialBytes()
    {
        var bytes = new List<byte>();
        for (var value = 0; value < 256; value++)
        {
            if (value is < 0x20 or >= 0x80 or '"' or '\\' or '<' or '>' or '&')
            {
                bytes.Add((byte)value);
            }
        }

        return [.. bytes];
    }
}
