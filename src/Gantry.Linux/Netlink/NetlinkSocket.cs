using System.Buffers.Binary;
using System.Text;
using Gantry.Linux.Native;

namespace Gantry.Linux.Netlink;

/// <summary>nlmsg protocols that are spoken here.</summary>
public enum NetlinkProtocol
{
    Route = 0,
    Netfilter = 12,
}

/// <summary>
/// A netlink socket: it belongs to the network namespace of the thread that opened it, whoever uses it later. Members may be
/// called from any thread; requests go one after the other (https://man7.org/linux/man-pages/man7/netlink.7.html).
/// </summary>
public sealed unsafe class NetlinkSocket : IDisposable
{
    private const int Netlink = 16;
    private const int Raw = 3;
    private const int CloseOnExec = 0x80000;
    private const int SocketLevel = 1;
    private const int SendBufferForce = 32;
    private const int ReceiveBufferForce = 33;
    private const int NetlinkLevel = 270;
    private const int AddMembership = 1;
    private const int CapAcknowledge = 10;
    private const int ExtendedAcknowledge = 11;
    private const int LargestBatch = 64 * 1024 * 1024;
    private const int ReceiveSize = 64 * 1024;
    private const int ErrorType = 2;
    private const int DoneType = 3;
    private const int FirstOwnType = 16;
    private const int HeaderLength = 16;
    private const int DumpInterruptedFlag = 0x10;
    private const int AttributesFollowFlag = 0x200;

    private readonly Lock gate = new();
    private readonly FileDescriptor descriptor;
    private readonly string name;
    private byte[] buffer = new byte[ReceiveSize];
    private uint sequence = 1;

    public NetlinkSocket(NetlinkProtocol protocol)
    {
        name = protocol == NetlinkProtocol.Route ? "rtnetlink" : "nfnetlink";
        descriptor = new FileDescriptor(Libc.Check(Libc.OpenSocket(Netlink, Raw | CloseOnExec, (int)protocol), "socket", name));
        Bind();
        SetOption(NetlinkLevel, CapAcknowledge, 1);
        SetOption(NetlinkLevel, ExtendedAcknowledge, 1);
        SetOption(SocketLevel, SendBufferForce, LargestBatch);
        SetOption(SocketLevel, ReceiveBufferForce, LargestBatch);
    }

    public delegate void MessageHandler(int type, ReadOnlySpan<byte> payload);

    /// <param name="sender">The <see cref="Port"/> of who caused it.</param>
    public delegate void NotificationHandler(int type, uint sender, ReadOnlySpan<byte> payload);

    /// <summary>Its number, to be waited on. Only a socket that is nothing but a member of groups should be.</summary>
    public FileDescriptor Descriptor => descriptor;

    /// <summary>The number under which the kernel knows this socket among those of its namespace and protocol.</summary>
    public uint Port
    {
        get
        {
            const int addressSize = 12;
            var address = stackalloc uint[3];
            uint size = addressSize;
            using var held = new HeldDescriptor(descriptor);
            Libc.Check(Libc.GetSocketName(held.Number, (byte*)address, &size), "getsockname", name);
            return address[1];
        }
    }

    /// <summary>Also receives what the kernel tells a group (setsockopt NETLINK_ADD_MEMBERSHIP).</summary>
    public void Join(int group) => SetOption(NetlinkLevel, AddMembership, group);

    /// <summary>
    /// Sends messages and waits for the answers to those that ask for one. All are tried even when one fails; the first
    /// failure that is not tolerated is thrown.
    /// </summary>
    public void Execute(NetlinkMessages messages)
    {
        var expectations = messages.Expectations;
        if (expectations.Count == 0) return;
        lock (gate)
        {
            var first = SendNumbered(messages);
            LinuxException? failure = null;
            var pending = expectations.Count(e => e.Acknowledged);
            while (pending > 0)
            {
                foreach (var message in new MessageEnumerator(buffer.AsSpan(0, Receive(0))))
                {
                    var index = (int)(message.Sequence - first);
                    if (message.Type != ErrorType || (uint)index >= (uint)expectations.Count) continue;
                    if (expectations[index].Acknowledged) pending--;
                    failure ??= FailureOf(message, expectations[index]);
                }
            }

            if (failure is not null) throw failure;
        }
    }

    /// <summary>
    /// Sends messages of which the kernel has handled all when sendmsg(2) returns, and which succeed or fail together: a
    /// transaction of nf_tables. Answers are taken as far as they are there.
    /// </summary>
    public void ExecuteTransaction(NetlinkMessages messages)
    {
        const int doNotWait = 0x40;
        var expectations = messages.Expectations;
        lock (gate)
        {
            var first = SendNumbered(messages);
            LinuxException? failure = null;
            for (int received; (received = Receive(doNotWait)) > 0;)
            {
                foreach (var message in new MessageEnumerator(buffer.AsSpan(0, received)))
                {
                    var index = (int)(message.Sequence - first);
                    if (message.Type != ErrorType || (uint)index >= (uint)expectations.Count) continue;
                    failure ??= FailureOf(message, expectations[index]);
                }
            }

            if (failure is not null) throw failure;
        }
    }

    /// <summary>Sends one request and gives each message of the answer, one or a dump's, to the handler.</summary>
    public void Query(NetlinkMessages request, MessageHandler handler)
    {
        lock (gate)
        {
            var first = SendNumbered(request);
            while (true)
            {
                foreach (var message in new MessageEnumerator(buffer.AsSpan(0, Receive(0))))
                {
                    if (message.Sequence != first) continue;
                    if (message.Type == ErrorType)
                    {
                        if (FailureOf(message, request.Expectations[0]) is { } failure) throw failure;
                        return;
                    }

                    if (message.Type == DoneType)
                    {
                        if ((message.Flags & DumpInterruptedFlag) != 0) throw new LinuxException(name, Errno.EINTR, request.Expectations[0].Subject);
                        return;
                    }

                    if (message.Type >= FirstOwnType) handler(message.Type, message.Payload);
                }
            }
        }
    }

    /// <summary>Takes what a group was told; false when messages were lost because nobody took them in time.</summary>
    public bool TakeNotifications(NotificationHandler handler)
    {
        const int doNotWait = 0x40;
        lock (gate)
        {
            while (true)
            {
                int received;
                try
                {
                    received = Receive(doNotWait);
                }
                catch (LinuxException e) when (e.Errno == Errno.ENOBUFS)
                {
                    return false;
                }

                if (received == 0) return true;
                foreach (var message in new MessageEnumerator(buffer.AsSpan(0, received))) handler(message.Type, message.Sender, message.Payload);
            }
        }
    }

    public void Dispose() => descriptor.Dispose();

    /// <summary>The kernel chooses the port.</summary>
    private void Bind()
    {
        const int addressSize = 12;
        Libc.UnixAddress address = new() { Family = Netlink };
        using var held = new HeldDescriptor(descriptor);
        Libc.Check(Libc.Bind(held.Number, &address, addressSize), "bind", name);
    }

    private uint SendNumbered(NetlinkMessages messages)
    {
        var first = sequence;
        sequence += (uint)messages.Count;
        messages.Number(first);
        using var held = new HeldDescriptor(descriptor);
        fixed (byte* bytes = messages.Bytes)
        {
            nint sent;
            do
            {
                sent = Libc.Send(held.Number, bytes, (nuint)messages.Bytes.Length, 0);
            }
            while (sent < 0 && Libc.LastError == Errno.EINTR);
            Libc.Check(sent, "sendto", $"{name} {messages.Expectations[0].Subject}");
        }

        return first;
    }

    /// <summary>One datagram, whole; 0 when there is none and the flags say not to wait.</summary>
    private int Receive(int flags)
    {
        const int peek = 0x2;
        const int realLength = 0x20;
        using var held = new HeldDescriptor(descriptor);
        while (true)
        {
            nint received;
            fixed (byte* bytes = buffer)
            {
                received = Libc.Receive(held.Number, bytes, 0, flags | peek | realLength);
                if (received >= 0 && received <= buffer.Length) received = Libc.Receive(held.Number, bytes, (nuint)buffer.Length, flags);
            }

            if (received > buffer.Length)
            {
                buffer = new byte[received];
                continue;
            }

            if (received >= 0) return (int)received;
            if (Libc.LastError == Errno.EAGAIN) return 0;
            if (Libc.LastError != Errno.EINTR) throw new LinuxException("recvfrom", Libc.LastError, name);
        }
    }

    /// <summary>struct nlmsgerr: minus errno, the header of the request, and attributes of which the first is a sentence.</summary>
    private LinuxException? FailureOf(Message message, NetlinkMessages.Expectation expectation)
    {
        var errno = (Errno)(-BinaryPrimitives.ReadInt32LittleEndian(message.Payload));
        if (errno == Errno.None || errno == expectation.Tolerated) return null;
        var subject = new StringBuilder(expectation.Subject);
        if ((message.Flags & AttributesFollowFlag) != 0)
        {
            var attributes = new NetlinkAttributes(message.Payload[(4 + HeaderLength)..]);
            while (attributes.Next())
            {
                if (attributes.Type == 1) subject.Append(" (").Append(attributes.Text).Append(')');
            }
        }

        return new LinuxException(name, errno, subject.ToString());
    }

    private void SetOption(int level, int option, int value)
    {
        using var held = new HeldDescriptor(descriptor);
        Libc.Check(Libc.SetSocketOption(held.Number, level, option, &value, sizeof(int)), "setsockopt", name);
    }

    private readonly ref struct Message(int type, int flags, uint sequence, uint sender, ReadOnlySpan<byte> payload)
    {
        public uint Sender { get; } = sender;

        public int Type { get; } = type;

        public int Flags { get; } = flags;

        public uint Sequence { get; } = sequence;

        public ReadOnlySpan<byte> Payload { get; } = payload;
    }

    private ref struct MessageEnumerator(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> rest = bytes;

        public Message Current { get; private set; }

        public readonly MessageEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            if (rest.Length < HeaderLength) return false;
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            if (length < HeaderLength || length > rest.Length) return false;
            Current = new Message(
                BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]),
                BinaryPrimitives.ReadUInt16LittleEndian(rest[6..]),
                BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]),
                BinaryPrimitives.ReadUInt32LittleEndian(rest[12..]),
                rest[HeaderLength..length]);
            rest = rest[Math.Min(NetlinkMessages.Align(length), rest.Length)..];
            return true;
        }
    }
}
