using System.Text;

namespace Gantry.Runtime.Monitor.Logs;

/// <summary>
/// Cuts one stream into the log's lines, as Docker does: at each end of line, and after 16 KiB without one. The parts of
/// one long line carry the time of the first.
/// </summary>
internal sealed class LineSplitter(ContainerLog log, LogTime time, bool isStderr)
{
    private byte[] pending = [];
    private byte[] partId = [];
    private int count;
    private int parts;
    private long firstPartTime;

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
            parts = 0;
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
            parts = 0;
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
        var stamp = parts > 0 ? firstPartTime : time.Next(now);
        if (!complete && parts == 0)
        {
            firstPartTime = stamp;
            partId = NewPartId();
        }

        parts += !complete || parts > 0 ? 1 : 0;
        log.Append(new() { Text = text, IsStderr = isStderr, Time = stamp, Complete = complete, Ordinal = parts, PartId = partId });
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

    // As long as the random ids that Docker gives everything.
    private static byte[] NewPartId() => Encoding.ASCII.GetBytes($"{Guid.NewGuid():N}{Guid.NewGuid():N}");

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
