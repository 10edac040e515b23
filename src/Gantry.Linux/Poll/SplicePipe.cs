using Gantry.Linux.Native;

namespace Gantry.Linux.Poll;

/// <summary>
/// A pipe that bytes pass through on their way from one socket to another, without coming to user space (splice(2)). Counts
/// below zero are minus errno.
/// </summary>
public sealed unsafe class SplicePipe : IDisposable
{
    private const int Capacity = 1024 * 1024;
    private const uint Move = 1;
    private const uint DoNotWait = 2;

    private readonly FileDescriptor read;
    private readonly FileDescriptor write;

    private SplicePipe(FileDescriptor read, FileDescriptor write) => (this.read, this.write) = (read, write);

    /// <summary>Bytes in it.</summary>
    public int Held { get; private set; }

    /// <exception cref="LinuxException">There are no descriptors left.</exception>
    public static SplicePipe Create()
    {
        var (read, write) = RawIo.CreatePipe(nonBlockingRead: true, nonBlockingWrite: true);
        RawIo.TrySetPipeSize(write, Capacity);
        return new SplicePipe(read, write);
    }

    /// <summary>Takes what the socket has, into the empty pipe; 0 at the socket's end.</summary>
    public int TakeFrom(FileDescriptor socket)
    {
        var count = Splice(socket, write, Capacity);
        Held += Math.Max(0, count);
        return count;
    }

    /// <summary>Gives the socket what it takes.</summary>
    public int GiveTo(FileDescriptor socket)
    {
        var count = Splice(read, socket, Held);
        Held -= Math.Max(0, count);
        return count;
    }

    public void Dispose()
    {
        read.Dispose();
        write.Dispose();
    }

    private static int Splice(FileDescriptor source, FileDescriptor target, int length)
    {
        using var from = new HeldDescriptor(source);
        using var to = new HeldDescriptor(target);
        var count = Libc.Splice(from.Number, null, to.Number, null, (nuint)length, Move | DoNotWait);
        return count >= 0 ? (int)count : -(int)Libc.LastError;
    }
}
