using Gantry.Linux;
using Gantry.Linux.Poll;

namespace Gantry.Runtime.Monitor.Logs;

/// <summary>
/// The files of one log. Messages are collected and written whole; a full file is renamed away, in steps between which the
/// log's own name always stands for a file, so that who follows it sees every line once.
/// </summary>
internal sealed class LogFile : IDisposable
{
    private const int Capacity = 128 * 1024;

    private readonly string path;
    private readonly long maximumSize;
    private readonly LogGenerations generations;
    private readonly ILogFormat format;
    private byte[] buffer = GC.AllocateUninitializedArray<byte>(Capacity);
    private AppendFile file;
    private int buffered;

    public LogFile(string path, long maximumSize, LogGenerations generations, ILogFormat format)
    {
        this.path = path;
        this.maximumSize = maximumSize;
        this.generations = generations;
        this.format = format;
        file = AppendFile.Open(path);
        format.Repair(file);
    }

    public void Append(in LogMessage message)
    {
        if (maximumSize > 0 && file.Length + buffered >= maximumSize)
        {
            Flush();
            Rotate();
        }

        var room = format.Room(message);
        if (room > buffer.Length - buffered)
        {
            Flush();
        }

        if (room > buffer.Length)
        {
            buffer = GC.AllocateUninitializedArray<byte>(room);
        }

        buffered += format.Write(buffer.AsSpan(buffered), message);
    }

    /// <summary>Writes what is collected: whole messages, never a torn one.</summary>
    public void Flush()
    {
        if (buffered > 0)
        {
            // A full disk must not stop the container; Docker, too, drops what it cannot log.
            _ = file.Write(buffer.AsSpan(0, buffered));
        }

        buffered = 0;
    }

    public void Dispose()
    {
        Flush();
        file.Dispose();
        generations.Dispose();
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

        generations.MakeRoom();
        if (AppendFile.Rename(fresh, path) != Errno.None)
        {
            next.Dispose();
            return;
        }

        file.Dispose();
        file = next;
        generations.CompressNext();
    }
}
