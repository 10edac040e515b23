using System.Globalization;
using System.Text;
using System.Text.Json;
using Gantry.Engine.Backends;

namespace Gantry.Engine.Logs;

/// <summary>One line of a json-file log: <c>{"log":"…\n","stream":"stdout","attrs":{…},"time":"…Z"}</c>.</summary>
internal static class JsonLogLine
{
    /// <summary>False for a line that is torn or not of this format.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, bool details, out LogEntry entry)
    {
        entry = default;
        byte[]? text = null;
        var source = LogSource.Stdout;
        var time = long.MinValue;
        List<KeyValuePair<string, string>>? attributes = null;
        try
        {
            var reader = new Utf8JsonReader(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("log"u8))
                {
                    reader.Read();
                    text = Text(ref reader);
                }
                else if (reader.ValueTextEquals("stream"u8))
                {
                    reader.Read();
                    source = reader.ValueTextEquals("stderr"u8) ? LogSource.Stderr : LogSource.Stdout;
                }
                else if (reader.ValueTextEquals("time"u8))
                {
                    reader.Read();
                    time = ParseTime(reader.ValueSpan);
                }
                else if (details && reader.ValueTextEquals("attrs"u8))
                {
                    reader.Read();
                    attributes = Attributes(ref reader);
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }

        if (text is null || time == long.MinValue)
        {
            return false;
        }

        entry = new LogEntry(source, time, text, attributes);
        return true;
    }

    /// <summary>RFC 3339 in UTC with up to nine digits; <see cref="long.MinValue"/> where it is not.</summary>
    internal static long ParseTime(ReadOnlySpan<byte> text)
    {
        if (text.Length < 20 || text[^1] != (byte)'Z'
            || !DateTime.TryParseExact(
                Encoding.ASCII.GetString(text[..19]), "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var whole))
        {
            return long.MinValue;
        }

        var fraction = 0L;
        var digits = text[19..^1];
        if (digits.Length > 10 || (digits.Length > 0 && digits[0] != (byte)'.'))
        {
            return long.MinValue;
        }

        for (var i = 1; i <= 9; i++)
        {
            fraction = (fraction * 10) + (i < digits.Length ? digits[i] - '0' : 0);
        }

        return ((whole - DateTime.UnixEpoch).Ticks * 100) + fraction;
    }

    private static List<KeyValuePair<string, string>> Attributes(ref Utf8JsonReader reader)
    {
        List<KeyValuePair<string, string>> attributes = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            attributes.Add(new(key, reader.GetString() ?? ""));
        }

        return attributes;
    }

    private static byte[] Text(ref Utf8JsonReader reader)
    {
        var buffer = new byte[reader.ValueSpan.Length];
        var length = reader.CopyString(buffer);
        return length == buffer.Length ? buffer : buffer[..length];
    }
}
