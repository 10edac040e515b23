using System.Text;
using Gantry.Engine.Backends;

namespace Gantry.Engine.Logs;

/// <summary>The protocol buffer LogEntry of Docker's <c>local</c> (moby, <c>daemon/logger/internal/logdriver/entry.proto</c>).</summary>
internal static class LocalLogEntry
{
    /// <summary>False for bytes that are not such a message.</summary>
    public static bool TryParse(ReadOnlySpan<byte> message, bool details, out LogEntry entry)
    {
        var source = LogSource.Stdout;
        var time = 0L;
        ReadOnlySpan<byte> line = default;
        var endsLine = true;
        List<KeyValuePair<string, string>>? attributes = null;
        var reader = new ProtobufReader(message);
        while (reader.TryRead(out var field))
        {
            switch (field)
            {
                case 1:
                    source = reader.Bytes.SequenceEqual("stderr"u8) ? LogSource.Stderr : LogSource.Stdout;
                    break;
                case 2:
                    time = (long)reader.Number;
                    break;
                case 3:
                    line = reader.Bytes;
                    break;
                case 5:
                    endsLine = IsLast(reader.Bytes);
                    break;
                case 6 when details:
                    (attributes ??= []).Add(Attribute(reader.Bytes));
                    break;
            }
        }

        var text = new byte[line.Length + (endsLine ? 1 : 0)];
        line.CopyTo(text);
        if (endsLine)
        {
            text[^1] = (byte)'\n';
        }

        entry = new LogEntry(source, time, text, attributes);
        return reader.IsAtEnd && time != 0;
    }

    private static bool IsLast(ReadOnlySpan<byte> part)
    {
        var reader = new ProtobufReader(part);
        while (reader.TryRead(out var field))
        {
            if (field == 1)
            {
                return reader.Number != 0;
            }
        }

        return false;
    }

    private static KeyValuePair<string, string> Attribute(ReadOnlySpan<byte> pair)
    {
        var (key, value) = ("", "");
        var reader = new ProtobufReader(pair);
        while (reader.TryRead(out var field))
        {
            if (field == 1)
            {
                key = Encoding.UTF8.GetString(reader.Bytes);
            }
            else if (field == 2)
            {
                value = Encoding.UTF8.GetString(reader.Bytes);
            }
        }

        return new(key, value);
    }
}
