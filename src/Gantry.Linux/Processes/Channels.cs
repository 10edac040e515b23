using System.Runtime.InteropServices;
using Gantry.Linux.Native;
using Gantry.Linux.Plans;

namespace Gantry.Linux.Processes;

/// <summary>Sockets between a process and its child, and descriptors sent over sockets (unix(7)).</summary>
internal static unsafe partial class Channels
{
    private const int UnixFamily = 1;
    private const int SequencedPackets = 5;
    private const int CloseOnExec = 0x80000;
    private const int ReceiveCloseOnExec = 0x40000000;

    public static (FileDescriptor Ours, FileDescriptor Theirs) Pair()
    {
        var pair = stackalloc int[2];
        Libc.Check(SocketPair(UnixFamily, SequencedPackets | CloseOnExec, 0, pair), "socketpair");
        return (new(pair[0]), new(pair[1]));
    }

    /// <summary>The length of the next message; 0 when the other end is closed.</summary>
    public static int Receive(FileDescriptor channel, out PlanMessage message, out FileDescriptor? descriptor)
    {
        PlanMessage received;
        var part = stackalloc nint[2];
        part[0] = (nint)(&received);
        part[1] = sizeof(PlanMessage);
        var control = stackalloc int[ControlMessage.Size / sizeof(int)];
        var header = new MessageHeader { Parts = part, PartCount = 1, Control = control, ControlLength = ControlMessage.Size };
        using var held = new HeldDescriptor(channel);
        nint length;
        // ECONNRESET: the child ended with a message of ours unread. It is said once, before what the child still sent.
        do
        {
            length = ReceiveMessage(held.Number, &header, ReceiveCloseOnExec);
        }
        while (length < 0 && Libc.LastError is (Errno.EINTR or Errno.ECONNRESET));

        length = Libc.Check(length, "recvmsg");
        var sent = ControlMessage.Read(control, header.ControlLength);
        descriptor = sent >= 0 ? new(sent) : null;
        message = length == sizeof(PlanMessage) ? received : default;
        return (int)length;
    }

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    private static partial int SocketPair(int family, int type, int protocol, int* pair);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint ReceiveMessage(int socket, MessageHeader* header, int flags);
}
