using System.Buffers;
using System.Text;

namespace Gantry.Runtime.Monitor.Logs;

/// <summary>
/// One line of Docker's <c>json-file</c> log, byte for byte:
/// <c>{"log":"text\n","stream":"stdout","attrs":{…},"time":"2026-11-23T10:13:30.123456789Z"}</c>.
/// </summary>
public static class JsonLogLine
{
    /// <summary>The most bytes of output one line of the log holds; longer ones go on in the next, without <c>\n</c> between.</summary>
    public const int LongestText = 16 * 1024;

    // Every byte as \u00xx, the fields around it, the longest time.
    private const int LargestExpansion = 6;
    private const int Around = 96;

    private static readonly SearchValues<byte> Special = SearchValues.Create(SpecialBytes());

    /// <summary>Room that is enough for a line of that length.</summary>
    public static int Room(int textLength, int attributesLength) => (textLength * LargestExpansion) + attributesLength + Around;

    /// <summary>The name of the n-th older file beside a log; 0 is the log itself.</summary>
    public static string PathOf(string logPath, int generation) => generation == 0 ? logPath : $"{logPath}.{generation}";

    /// <summary>Writes one line and returns its length.</summary>
    /// <param name="destination">At least <see cref="Room"/> bytes.</param>
    /// <param name="text">What the container wrote, without the end of line.</param>
    /// <param name="complete">The end of line was there too.</param>
    /// <param name="stream"><c>stdout</c> or <c>stderr</c>.</param>
    /// <param name="attributes">A JSON object; empty for none.</param>
    /// <param name="time">As in the log (<see cref="LogTime"/>), without quotes.</param>
    public static int Write(
        Span<byte> destination, ReadOnlySpan<byte> text, bool complete, ReadOnlySpan<byte> stream, ReadOnlySpan<byte> attributes, ReadOnlySpan<byte> time)
    {
        var position = Put(destination, 0, "{\"log\":\""u8);
        position = Escape(destination, position, text);
        position = Put(destination, position, complete ? "\\n\",\"stream\":\""u8 : "\",\"stream\":\""u8);
        position = Put(destination, position, stream);
        if (!attributes.IsEmpty)
        {
            position = Put(destination, position, "\",\"attrs\":"u8);
            position = Put(destination, position, attributes);
            position = Put(destination, position, ",\"time\":\""u8);
        }
        else
        {
            position = Put(destination, position, "\",\"time\":\""u8);
        }

        position = Put(destination, position, time);
        return Put(destination, position, "\"}\n"u8);
    }

    private static int Escape(Span<byte> destination, int position, ReadOnlySpan<byte> text)
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

    private static int Put(Span<byte> destination, int position, ReadOnlySpan<byte> text)
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
