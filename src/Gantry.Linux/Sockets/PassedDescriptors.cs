using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Sockets;

/// <summary>Open files sent along with bytes over a Unix stream socket (unix(7), SCM_RIGHTS; cmsg(3)).</summary>
public static unsafe class PassedDescriptors
{
    /// <summary>How many may go with one message (SCM_MAX_FD of the kernel).</summary>
    public const int Most = 253;

    private const int HeaderSize = 16;
    private const int ControlSize = HeaderSize + (Most * sizeof(int));
    private const int SocketLevel = 1;
    private const int Rights = 1;
    private const int DoNotWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int ReceiveCloseOnExec = 0x40000000;

    /// <summary>Sends what the socket takes now: the descriptors with the first byte. Minus errno when it takes nothing.</summary>
    public static int Send(SafeHandle socket, ReadOnlySpan<byte> data, IReadOnlyList<SafeHandle> descriptors)
    {
        ArgumentNullException.ThrowIfNull(descriptors);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(descriptors.Count, Most);
        var control = stackalloc byte[ControlSize];
        var length = HeaderSize + (descriptors.Count * sizeof(int));
        *(nint*)control = length;
        ((int*)control)[2] = SocketLevel;
        ((int*)control)[3] = Rights;
        var held = 0;
        try
        {
            for (; held < descriptors.Count; held++)
            {
                var isHeld = false;
                descriptors[held].DangerousAddRef(ref isHeld);
                ((int*)(control + HeaderSize))[held] = (int)descriptors[held].DangerousGetHandle();
            }

            using var to = new HeldDescriptor(socket);
            fixed (byte* start = data)
            {
                var part = stackalloc nint[2];
                (part[0], part[1]) = ((nint)start, data.Length);
                var header = new MessageHeader { Parts = part, PartCount = 1, Control = control, ControlLength = (nuint)length };
                var count = Libc.SendMessage(to.Number, &header, DoNotWait | NoSignal);
                return count >= 0 ? (int)count : -(int)Libc.LastError;
            }
        }
        finally
        {
            for (var i = 0; i < held; i++) descriptors[i].DangerousRelease();
        }
    }

    /// <summary>Receives what is there, not waiting for it; minus errno when there is nothing. Descriptors that come along are added to the list, close-on-exec.</summary>
    public static int Receive(FileDescriptor socket, Span<byte> buffer, ref List<FileDescriptor>? descriptors)
    {
        var control = stackalloc byte[ControlSize];
        using var held = new HeldDescriptor(socket);
        fixed (byte* start = buffer)
        {
            var part = stackalloc nint[2];
            (part[0], part[1]) = ((nint)start, buffer.Length);
            var header = new MessageHeader { Parts = part, PartCount = 1, Control = control, ControlLength = ControlSize };
            var count = Libc.ReceiveMessage(held.Number, &header, DoNotWait | ReceiveCloseOnExec);
            if (count < 0) return -(int)Libc.LastError;
            if (header.ControlLength > HeaderSize && ((int*)control)[2] == SocketLevel && ((int*)control)[3] == Rights)
            {
                var passed = (int)(*(nint*)control - HeaderSize) / sizeof(int);
                descriptors ??= new List<FileDescriptor>(passed);
                for (var i = 0; i < passed; i++) descriptors.Add(new FileDescriptor(((int*)(control + HeaderSize))[i]));
            }

            return (int)count;
        }
    }
}
