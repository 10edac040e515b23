using System.IO.Compression;
using Gantry.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Engine.Logs;

/// <summary>One file of a log, kept open so that rotation cannot take it away while it is read.</summary>
internal sealed class LogFile : IDisposable
{
    private const int BlockSize = 64 * 1024;
    private const string Compressed = ".gz";

    private readonly LogFormat format;
    private readonly SafeFileHandle handle;
    private SafeFileHandle? content;

    private LogFile(LogFormat format, SafeFileHandle handle, bool isCompressed)
    {
        this.format = format;
        this.handle = handle;
        content = isCompressed ? null : handle;
        Inode = FileAttributesExtensions.Stat(handle).Inode;
    }

    public ulong Inode { get; }

    public long Length => RandomAccess.GetLength(Content);

    private SafeFileHandle Content => content ??= Unpack();

    /// <param name="path">The log's.</param>
    /// <param name="format">The log's.</param>
    /// <param name="generation">0 for the log itself, greater for older files.</param>
    public static LogFile? TryOpen(string path, LogFormat format, int generation = 0)
    {
        var name = generation == 0 ? path : $"{path}.{generation}";
        return TryOpen(name) is { } plain ? new LogFile(format, plain, isCompressed: false)
            : generation > 0 && TryOpen(name + Compressed) is { } compressed ? new LogFile(format, compressed, isCompressed: true)
            : null;
    }

    /// <summary>The log's files, oldest first.</summary>
    /// <remarks>They are opened newest first: a rotation meanwhile shows one file twice, never hides one.</remarks>
    public static List<LogFile> OpenAll(string path, LogFormat format)
    {
        var files = new List<LogFile>();
        for (var (generation, missing) = (0, 0); missing < 2; generation++)
        {
            // A rotation that is under way leaves one number without a file.
            if (TryOpen(path, format, generation) is not { } file)
            {
                missing += generation > 0 ? 1 : 0;
            }
            else if (files.Exists(other => other.Inode == file.Inode))
            {
                file.Dispose();
            }
            else
            {
                missing = 0;
                files.Add(file);
            }
        }

        files.Reverse();
        return files;
    }

    public int Read(Span<byte> buffer, long offset) => RandomAccess.Read(Content, buffer, offset);

    /// <summary>The time of the first message that has one.</summary>
    public long? FirstTime()
    {
        var buffer = new byte[BlockSize];
        var count = content is null ? ReadHead(buffer) : Read(buffer, 0);
        return format.Take(buffer.AsSpan(0, count), details: false, out var entry) > 0 ? entry?.UnixNanoseconds : null;
    }

    /// <summary>The offset of a message no later than the first with a time of <paramref name="since"/>; times rise through a log.</summary>
    public long Seek(long since)
    {
        var (low, high) = (0L, Length);
        var buffer = new byte[BlockSize];
        while (high - low > BlockSize)
        {
            var middle = low + ((high - low) / 2);
            if (MessageAfter(middle, ref buffer) is not var (offset, time) || offset >= high || time >= since)
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

    public void Dispose()
    {
        handle.Dispose();
        content?.Dispose();
    }

    private static SafeFileHandle? TryOpen(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private (long Offset, long Time)? MessageAfter(long position, ref byte[] buffer)
    {
        // Longer where one message fills it.
        const int largest = 1024 * 1024;
        while (true)
        {
            var content = buffer.AsSpan(0, Read(buffer, position));
            for (var start = format.FindBegin(content); start >= 0 && start < content.Length;)
            {
                var length = format.Take(content[start..], details: false, out var entry);
                if (entry is { } found)
                {
                    return (position + start, found.UnixNanoseconds);
                }

                if (length == 0)
                {
                    break;
                }

                start += length;
            }

            if (content.Length < buffer.Length || buffer.Length >= largest)
            {
                return null;
            }

            buffer = new byte[buffer.Length * 4];
        }
    }

    private GZipStream Decompress() => new(new FileStream($"/proc/self/fd/{handle.DangerousGetHandle()}", FileMode.Open, FileAccess.Read, FileShare.ReadWrite), CompressionMode.Decompress);

    private int ReadHead(Span<byte> buffer)
    {
        using var stream = Decompress();
        return stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
    }

    /// <summary>Into a file without a name: what it holds is read from both ends.</summary>
    private SafeFileHandle Unpack()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var unpacked = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        File.Delete(path);
        using var stream = Decompress();
        var buffer = new byte[BlockSize];
        for (var length = 0L; stream.Read(buffer) is > 0 and var count; length += count)
        {
            RandomAccess.Write(unpacked, buffer.AsSpan(0, count), length);
        }

        return unpacked;
    }
}
