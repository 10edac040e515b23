using Gantry.Linux.Native;

namespace Gantry.Linux.Poll;

/// <summary>
/// Reading and writing without .NET's streams. A count below zero is minus errno: what is expected of descriptors that
/// do not block is a value here, not an exception.
/// </summary>
public static unsafe class RawIo
{
    private const int Peek = 0x2;
    private const int DoNotWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int SetPipeSize = 1031;
    private const int GetFlags = 3;
    private const int SetFlags = 4;
    private const int GetDescriptorFlags = 1;
    private const int SetDescriptorFlags = 2;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    /// <summary>SIOCOUTQ (sockios.h).</summary>
    private const int OutputQueue = 0x5411;

    public static int Read(FileDescriptor source, Span<byte> buffer)
    {
        using var held = new HeldDescriptor(source);
        fixed (byte* start = buffer)
        {
            return Result(Libc.Read(held.Number, start, (nuint)buffer.Length));
        }
    }

    public static int ReadAt(FileDescriptor source, Span<byte> buffer, long offset)
    {
        using var held = new HeldDescriptor(source);
        fixed (byte* start = buffer)
        {
            return Result(Libc.ReadAt(held.Number, start, (nuint)buffer.Length, offset));
        }
    }

    public static int Write(FileDescriptor target, ReadOnlySpan<byte> data)
    {
        using var held = new HeldDescriptor(target);
        fixed (byte* start = data)
        {
            return Result(Libc.Write(held.Number, start, (nuint)data.Length));
        }
    }

    /// <summary>What a socket holds, without taking it out.</summary>
    public static int PeekSocket(FileDescriptor socket, Span<byte> buffer) => Receive(socket, buffer, Peek | DoNotWait);

    public static int Receive(FileDescriptor socket, Span<byte> buffer) => Receive(socket, buffer, DoNotWait);

    /// <summary>Sends what the socket takes now; a peer that is gone is -EPIPE and no signal.</summary>
    public static int Send(FileDescriptor socket, ReadOnlySpan<byte> data)
    {
        using var held = new HeldDescriptor(socket);
        fixed (byte* start = data)
        {
            return Result(Libc.Send(held.Number, start, (nuint)data.Length, DoNotWait | NoSignal));
        }
    }

    /// <summary>Sends from a file into a socket and moves <paramref name="offset"/> on.</summary>
    public static int SendFile(FileDescriptor socket, FileDescriptor file, ref long offset, int length)
    {
        using var to = new HeldDescriptor(socket);
        using var from = new HeldDescriptor(file);
        fixed (long* position = &offset)
        {
            return Result(Libc.SendFile(to.Number, from.Number, position, (nuint)length));
        }
    }

    /// <summary>What was sent into a Unix socket and its other side has not read, as the kernel counts it (unix(7), SIOCOUTQ).</summary>
    public static int Unread(FileDescriptor socket)
    {
        using var held = new HeldDescriptor(socket);
        int count;
        return Raw.Call(SyscallNumber.Ioctl, held.Number, OutputQueue, (nint)(&count)) >= 0 ? count : 0;
    }

    /// <summary>A pipe; <paramref name="nonBlockingRead"/> and <paramref name="nonBlockingWrite"/> say which ends do not block.</summary>
    public static (FileDescriptor Read, FileDescriptor Write) CreatePipe(bool nonBlockingRead = false, bool nonBlockingWrite = false)
    {
        var ends = stackalloc int[2];
        Libc.Check(Libc.Pipe2(ends, CloseOnExec), "pipe2");
        var (read, write) = (new FileDescriptor(ends[0]), new FileDescriptor(ends[1]));
        SetBlocking(read, !nonBlockingRead);
        SetBlocking(write, !nonBlockingWrite);
        return (read, write);
    }

    /// <summary>Asks for room in a pipe; the kernel may refuse, and then it stays as it is.</summary>
    public static void TrySetPipeSize(FileDescriptor pipe, int bytes)
    {
        using var held = new HeldDescriptor(pipe);
        _ = Libc.FcntlSet(held.Number, SetPipeSize, bytes);
    }

    /// <summary>Whether calls on the open file wait.</summary>
    public static void SetBlocking(FileDescriptor descriptor, bool blocking)
    {
        using var held = new HeldDescriptor(descriptor);
        var flags = Libc.Check(Libc.FcntlSet(held.Number, GetFlags, 0), "fcntl");
        var wanted = blocking ? flags & ~NonBlocking : flags | NonBlocking;
        if (wanted != flags)
        {
            Libc.Check(Libc.FcntlSet(held.Number, SetFlags, wanted), "fcntl");
        }
    }

    /// <summary>Makes a number mean the same open file, whatever it meant before; it stays open over execve(2).</summary>
    public static void DuplicateTo(FileDescriptor descriptor, int number)
    {
        using var held = new HeldDescriptor(descriptor);
        Libc.Check(Libc.DuplicateTo(held.Number, number), "dup2");
    }

    /// <summary>Whether the descriptor is closed by execve(2).</summary>
    public static void SetCloseOnExec(FileDescriptor descriptor, bool close)
    {
        using var held = new HeldDescriptor(descriptor);
        var flags = Libc.Check(Libc.FcntlSet(held.Number, GetDescriptorFlags, 0), "fcntl");
        Libc.Check(Libc.FcntlSet(held.Number, SetDescriptorFlags, close ? flags | 1 : flags & ~1), "fcntl");
    }

    private static int Receive(FileDescriptor socket, Span<byte> buffer, int flags)
    {
        using var held = new HeldDescriptor(socket);
        fixed (byte* start = buffer)
        {
            return Result(Libc.Receive(held.Number, start, (nuint)buffer.Length, flags));
        }
    }

    private static int Result(nint count) => count >= 0 ? (int)count : -(int)Libc.LastError;
}
