using System.Buffers.Binary;
using Gantry.Engine.Backends;

namespace Gantry.Engine.Logs;

/// <summary>A message is a protocol buffer (<see cref="LocalLogEntry"/>) between two copies of its length, as Docker's <c>local</c> has it.</summary>
internal sealed class LocalLogFormat : LogFormat
{
    private const int LengthSize = sizeof(int);
    private const int Around = 2 * LengthSize;

    // A line of 16 KiB with all the attributes that fit on a command line.
    private const int LongestMessage = 4 * 1024 * 1024;
    private const int BlockSize = 64 * 1024;

    // What every message begins with: field 1, "stdout" or "stderr".
    private static ReadOnlySpan<byte> Head => "\x0a\x06std"u8;

    public override int Take(ReadOnlySpan<byte> content, bool details, out LogEntry? entry)
    {
        entry = null;
        if (content.Length < Around)
        {
            return 0;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(content);
        if (length is <= 0 or > LongestMessage)
        {
            // Torn: goes on where a message can begin.
            return FindBegin(content[1..]) is >= 0 and var next ? next + 1 : 0;
        }

        if (content.Length < length + Around)
        {
            return 0;
        }

        if (EndsAt(content, length) && LocalLogEntry.TryParse(content.Slice(LengthSize, length), details, out var found))
        {
            entry = found;
        }

        return length + Around;
    }

    public override int FindBegin(ReadOnlySpan<byte> content)
    {
        for (var from = LengthSize; from < content.Length;)
        {
            var head = content[from..].IndexOf(Head);
            if (head < 0)
            {
                return -1;
            }

            var begin = from + head - LengthSize;
            if (IsChain(content[begin..]))
            {
                return begin;
            }

            from += head + 1;
        }

        return -1;
    }

    public override long SkipBack(LogFile file, ref int messages)
    {
        var window = new Window(file);
        var position = EndOfWhole(file, window);
        while (messages > 0 && position > 0)
        {
            position -= window.LengthAt(position - LengthSize) + Around;
            messages--;
        }

        return position;
    }

    /// <summary>Output that looks like a message is not followed by another one in the right place.</summary>
    private static bool IsChain(ReadOnlySpan<byte> content)
    {
        const int longestOutput = 16 * 1024;
        var left = content;
        while (left.Length >= Around && content.Length - left.Length <= longestOutput)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(left);
            if (length is <= 0 or > LongestMessage)
            {
                return false;
            }

            if (left.Length < length + Around)
            {
                return true;
            }

            if (!EndsAt(left, length))
            {
                return false;
            }

            left = left[(length + Around)..];
        }

        return true;
    }

    private static bool EndsAt(ReadOnlySpan<byte> content, int length) =>
        BinaryPrimitives.ReadInt32BigEndian(content[(LengthSize + length)..]) == length;

    /// <summary>Mostly the file's end; where a message is just being written, that of the one before.</summary>
    private static long EndOfWhole(LogFile file, Window window)
    {
        var end = file.Length;
        if (window.LengthAt(end - LengthSize) is > 0 and var last && window.LengthAt(end - last - Around) == last)
        {
            return end;
        }

        var whole = 0L;
        while (window.LengthAt(whole) is > 0 and <= LongestMessage and var length && window.LengthAt(whole + LengthSize + length) == length)
        {
            whole += length + Around;
        }

        return whole;
    }

    /// <summary>A piece of a file in memory, another one when something else is asked for.</summary>
    private sealed class Window(LogFile file)
    {
        private readonly byte[] buffer = new byte[BlockSize];
        private long start;
        private int count;

        /// <summary>-1 where there is none.</summary>
        public int LengthAt(long offset)
        {
            if (offset < 0)
            {
                return -1;
            }

            if (offset < start || offset + LengthSize > start + count)
            {
                start = Math.Max(0, offset - (BlockSize / 2));
                count = file.Read(buffer, start);
            }

            return offset + LengthSize <= start + count ? BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan((int)(offset - start))) : -1;
        }
    }
}
