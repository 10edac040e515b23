using Gantry.Engine.Backends;

namespace Gantry.Engine.Logs;

/// <summary>A message is a line of JSON (<see cref="JsonLogLine"/>).</summary>
internal sealed class JsonLogFormat : LogFormat
{
    private const int BlockSize = 64 * 1024;

    public override int Take(ReadOnlySpan<byte> content, bool details, out LogEntry? entry)
    {
        var length = content.IndexOf((byte)'\n');
        entry = length > 0 && JsonLogLine.TryParse(Untorn(content[..length]), details, out var found) ? found : null;
        return length + 1;
    }

    public override int FindBegin(ReadOnlySpan<byte> content) => content.IndexOf((byte)'\n') is >= 0 and var newline ? newline + 1 : -1;

    public override long SkipBack(LogFile file, ref int messages)
    {
        var buffer = new byte[BlockSize];
        var position = file.Length;
        // The newline that ends the last line is not the start of one more. A torn last line is no line.
        var needed = messages + 1;
        while (position > 0)
        {
            var start = Math.Max(0, position - BlockSize);
            var block = buffer.AsSpan(0, file.Read(buffer.AsSpan(0, (int)(position - start)), start));
            while (block.LastIndexOf((byte)'\n') is >= 0 and var newline)
            {
                if (--needed == 0)
                {
                    messages = 0;
                    return start + newline + 1;
                }

                block = block[..newline];
            }

            position = start;
        }

        // At the file's head its first line has no newline before it.
        messages -= messages + 1 - needed;
        return 0;
    }

    /// <summary>A line that was torn by a crash has the next one glued to its end.</summary>
    private static ReadOnlySpan<byte> Untorn(ReadOnlySpan<byte> line)
    {
        var head = "{\"log\":\""u8;
        var at = line.LastIndexOf(head);
        return at > 0 && line[at - 1] != (byte)'\\' && !JsonLogLine.TryParse(line, details: false, out _) ? line[at..] : line;
    }
}
