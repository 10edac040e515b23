using Microsoft.Win32.SafeHandles;

namespace Gantry.Engine.Logs;

/// <summary>One file of a log, kept open so that rotation cannot take it away while it is read.</summary>
internal sealed class LogFile : IDisposable
{
    private const int BlockSize = 64 * 1024;
    private readonly SafeFileHandle handle;

    private LogFile(SafeFileHandle handle, ulong inode)
    {
        this.handle = handle;
        Inode = inode;
    }

    public ulong Inode { get; }

    public long Length => RandomAccess.GetLength(handle);

    public static LogFile? TryOpen(string path)
    {
        try
        {
            var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return new LogFile(handle, Linux.Files.FileAttributesExtensions.Stat(handle).Inode);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The log's files, oldest first.</summary>
    /// <remarks>They are opened newest first: a rotation meanwhile shows one file twice, never hides one.</remarks>
    public static List<LogFile> OpenAll(string path)
    {
        var files = new List<LogFile>();
        for (var i = 0; ; i++)
        {
            var file = TryOpen(i == 0 ? path : $"{path}.{i}");
            if (file is null)
            {
                if (i > 0)
                {
                    break;
                }

                continue;
            }

            if (files.Exists(other => other.Inode == file.Inode))
            {
                file.Dispose();
            }
            else
            {
                files.Add(file);
            }
        }

        files.Reverse();
        return files;
    }

    public int Read(Span<byte> buffer, long offset) => RandomAccess.Read(handle, buffer, offset);

    /// <summary>
    /// Walks back over <paramref name="lines"/> complete lines from <paramref name="end"/>. Gives the offset where they begin, and
    /// takes those found off <paramref name="lines"/>.
    /// </summary>
    public long SkipBack(long end, ref int lines)
    {
        var buffer = new byte[BlockSize];
        var position = end;
        // The newline that ends the last line is not the start of one more.
        var needed = lines + 1;
        while (position > 0)
        {
            var start = Math.Max(0, position - BlockSize);
            var block = buffer.AsSpan(0, Read(buffer.AsSpan(0, (int)(position - start)), start));
            while (block.LastIndexOf((byte)'\n') is >= 0 and var newline)
            {
                if (--needed == 0)
                {
                    lines = 0;
                    return start + newline + 1;
                }

                block = block[..newline];
            }

            position = start;
        }

        // At the file's head its first line has no newline before it.
        var found = lines + 1 - needed;
        lines -= found;
        return 0;
    }

    /// <summary>The time of the first line that has one.</summary>
    public long? FirstTime()
    {
        var buffer = new byte[BlockSize];
        var block = buffer.AsSpan(0, Read(buffer, 0));
        var end = block.IndexOf((byte)'\n');
        return end < 0 ? null : LogLine.TimeOf(block[..end]);
    }

    /// <summary>The offset of a line no later than the first with a time of <paramref name="since"/>; times rise through a log.</summary>
    public long Seek(long since)
    {
        var (low, high) = (0L, Length);
        while (high - low > BlockSize)
        {
            var middle = low + ((high - low) / 2);
            if (LineAfter(middle) is not var (offset, time) || offset >= high || time >= since)
            {
                high = middle;
            }
            else
            {
                low = offset;
            }
        }

        return low;
    }

    public void Dispose() => handle.Dispose();

    private (long Offset, long Time)? LineAfter(long position)
    {
        var buffer = new byte[BlockSize];
        var block = buffer.AsSpan(0, Read(buffer, position));
        var start = block.IndexOf((byte)'\n') + 1;
        while (start > 0 && start < block.Length)
        {
            var length = block[start..].IndexOf((byte)'\n');
            if (length < 0)
            {
                break;
            }

            if (LogLine.TimeOf(block.Slice(start, length)) is { } time)
            {
                return (position + start, time);
            }

            start += length + 1;
        }

        return null;
    }
}
