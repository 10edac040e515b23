using Gantry.Linux;
using Gantry.Linux.Poll;

namespace Gantry.Runtime.Monitor.Logs;

/// <summary>
/// The files of one log. Lines are collected and written whole; a full file is renamed away, in steps between which the
/// log's own name always stands for a file, so that who follows it sees every line once.
/// </summary>
internal sealed class LogFile : IDisposable
{
    private const int Capacity = 128 * 1024;

    private readonly string path;
    private readonly long maximumSize;
    private readonly int maximumFiles;
    private readonly byte[] attributes;
    private readonly byte[] buffer;
    private AppendFile file;
    private int buffered;

    public LogFile(string path, long maximumSize, int maximumFiles, byte[] attributes, FileDescriptor? open = null)
    {
        this.path = path;
        this.maximumSize = maximumSize;
        this.maximumFiles = Math.Max(1, maximumFiles);
        this.attributes = attributes;
        buffer = GC.AllocateUninitializedArray<byte>(Math.Max(Capacity, JsonLogLine.Room(JsonLogLine.LongestText, attributes.Length)));
        file = open is null ? OpenFirst(path) : AppendFile.From(open);
    }

    /// <summary>The file written to now.</summary>
    public FileDescriptor Descriptor => file.Descriptor;

    public string Path => path;

    public long MaximumSize => maximumSize;

    public int MaximumFiles => maximumFiles;

    public byte[] Attributes => attributes;

    /// <summary>Lines that a full disk has cost.</summary>
    public long WritesLost { get; private set; }

    public void Append(ReadOnlySpan<byte> text, bool complete, ReadOnlySpan<byte> stream, ReadOnlySpan<byte> time)
    {
        if (maximumSize > 0 && file.Length + buffered >= maximumSize)
        {
            Flush();
            Rotate();
        }

        if (JsonLogLine.Room(text.Length, attributes.Length) > buffer.Length - buffered)
        {
            Flush();
        }

        buffered += JsonLogLine.Write(buffer.AsSpan(buffered), text, complete, stream, attributes, time);
    }

    /// <summary>Writes what is collected: whole lines, never a torn one.</summary>
    public void Flush()
    {
        if (buffered > 0 && file.Write(buffer.AsSpan(0, buffered)) != Errno.None)
        {
            // A full disk must not stop the container; Docker, too, drops what it cannot log.
            WritesLost++;
        }

        buffered = 0;
    }

    public void Dispose()
    {
        Flush();
        file.Dispose();
    }

    private static AppendFile OpenFirst(string path)
    {
        var file = AppendFile.Open(path);
        if (!file.EndsWith((byte)'\n'))
        {
            // The machine went down in the middle of a line: the next one shall not be glued to it.
            file.Write("\n"u8);
        }

        return file;
    }

    private void Rotate()
    {
        var fresh = path + ".new";
        _ = AppendFile.Unlink(fresh);
        AppendFile next;
        try
        {
            next = AppendFile.Open(fresh);
        }
        catch (LinuxException)
        {
            // No descriptor or no inode left: the file grows on until there is.
            return;
        }

        for (var generation = maximumFiles - 1; generation > 1; generation--)
        {
            _ = AppendFile.Rename(JsonLogLine.PathOf(path, generation - 1), JsonLogLine.PathOf(path, generation));
        }

        if (maximumFiles > 1)
        {
            var first = JsonLogLine.PathOf(path, 1);
            _ = AppendFile.Unlink(first);
            _ = AppendFile.Link(path, first);
        }

        if (AppendFile.Rename(fresh, path) != Errno.None)
        {
            next.Dispose();
            return;
        }

        file.Dispose();
        file = next;
    }
}
