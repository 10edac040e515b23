using System.Text;

namespace Gantry.Runtime.Monitor.Logs;

/// <summary>
/// Cuts one stream into the log's lines, as Docker does: at each end of line, and after 16 KiB without one. The parts of
/// one long line carry the time of the first.
/// </summary>
internal sealed class LineSplitter(LogFile file, LogTime time, byte[] stream)
{
    private byte[] pending = [];
    private int count;
    private long firstPartTime;

    /// <summary>What waits for its end of line, for a new image of this process.</summary>
    public (ReadOnlyMemory<byte> Text, long FirstPartTime) State
    {
        get => (pending.AsMemory(0, count), firstPartTime);
        set
        {
            firstPartTime = value.FirstPartTime;
            count = 0;
            Keep(value.Text.Span);
        }
    }

    public void Add(ReadOnlySpan<byte> data, long now)
    {
        while (true)
        {
            var end = data.IndexOf((byte)'\n');
            var line = end < 0 ? data : data[..end];
            line = CutLong(line, now);
            if (end < 0)
            {
                Keep(line);
                return;
            }

            if (count > 0)
            {
                Keep(line);
                line = pending.AsSpan(0, count);
            }

            Append(line, true, now);
            count = 0;
            firstPartTime = 0;
            data = data[(end + 1)..];
        }
    }

    /// <summary>The stream has ended: what has no end of line is logged without one.</summary>
    public void Finish(long now)
    {
        if (count > 0)
        {
            Append(pending.AsSpan(0, count), false, now);
            count = 0;
            firstPartTime = 0;
        }
    }

    private ReadOnlySpan<byte> CutLong(ReadOnlySpan<byte> line, long now)
    {
        while (count + line.Length >= JsonLogLine.LongestText)
        {
            var taken = JsonLogLine.LongestText - count;
            Keep(line[..taken]);
            line = line[taken..];
            var cut = WholeCharacters(pending.AsSpan(0, count));
            Append(pending.AsSpan(0, cut), false, now);
            pending.AsSpan(cut, count - cut).CopyTo(pending);
            count -= cut;
        }

        return line;
    }

    private void Append(ReadOnlySpan<byte> text, bool complete, long now)
    {
        var stamp = firstPartTime != 0 ? firstPartTime : time.Next(now);
        if (!complete)
        {
            firstPartTime = stamp;
        }

        file.Append(text, complete, stream, time.Format(stamp));
    }

    private void Keep(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return;
        }

        if (pending.Length == 0)
        {
            pending = GC.AllocateUninitializedArray<byte>(JsonLogLine.LongestText);
        }

        text.CopyTo(pending.AsSpan(count));
        count += text.Length;
    }

    // A character on the border goes to the next part as a whole: cut in two, both halves would be logged as U+FFFD.
    private static int WholeCharacters(ReadOnlySpan<byte> text)
    {
        for (var back = 1; back <= 3 && back < text.Length; back++)
        {
            var value = text[^back];
            if (value < 0x80)
            {
                break;
            }

            if (value >= 0xC0)
            {
                return Rune.DecodeFromUtf8(text[^back..], out _, out _) == System.Buffers.OperationStatus.NeedMoreData ? text.Length - back : text.Length;
            }
        }

        return text.Length;
    }
}
