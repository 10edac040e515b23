using System.Runtime.InteropServices;

namespace Gantry.Linux.Native;

/// <summary>struct msghdr of 64-bit Linux (sendmsg(2)).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public void* Name;
    public uint NameLength;
    public nint* Parts;
    public nuint PartCount;
    public void* Control;
    public nuint ControlLength;
    public int Flags;
}

/// <summary>A control message that carries one descriptor (cmsg(3)): length u64, level, type, the descriptor, padding.</summary>
internal static unsafe class ControlMessage
{
    public const int Size = 24;
    private const int HeaderAndDescriptor = 20;
    private const int SocketLevel = 1;
    private const int Rights = 1;

    public static void Write(int* control, int descriptor)
    {
        *(ulong*)control = HeaderAndDescriptor;
        control[2] = SocketLevel;
        control[3] = Rights;
        control[4] = descriptor;
        control[5] = 0;
    }

    /// <summary>The descriptor that came with a message, or -1.</summary>
    public static int Read(int* control, nuint length) =>
        length >= HeaderAndDescriptor && control[2] == SocketLevel && control[3] == Rights ? control[4] : -1;
}
