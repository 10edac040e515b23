using System.Buffers.Binary;
using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Linux.Sockets;
using Gantry.Network.Names.Wire;

namespace Gantry.Network.Names.Upstream;

/// <summary>Over TCP: for clients that asked over TCP.</summary>
internal sealed class StreamAttempt : Attempt
{
    private const int Prefix = 2;

    private readonly byte[] request;
    private byte[] reply = new byte[Prefix];
    private int sent;
    private int received;

    public StreamAttempt(Exchange exchange, PollLoop loop, FileDescriptor socket, int order, ushort id)
        : base(exchange, loop, socket, order, id)
    {
        var query = exchange.QueryWith(id);
        request = new byte[Prefix + query.Length];
        BinaryPrimitives.WriteUInt16BigEndian(request, (ushort)query.Length);
        query.CopyTo(request.AsSpan(Prefix));
    }

    /// <summary>False where the server cannot be reached at all.</summary>
    public bool TryBegin(InternetEndPoint server)
    {
        if (NonBlockingSocket.Connect(Descriptor, server) is not (0 or -(int)Errno.EINPROGRESS)) return false;
        Watch(PollEvents.Writable);
        return true;
    }

    // The kernel does, for a connection.
    public override void Resend()
    {
    }

    public override void OnEvents(PollEvents events)
    {
        if (sent < request.Length) Send();
        else Receive();
    }

    private void Send()
    {
        var count = RawIo.Send(Descriptor, request.AsSpan(sent));
        if (count < 0)
        {
            if (count != -(int)Errno.EAGAIN) Exchange.OnFailure(this);
            return;
        }

        sent += count;
        if (sent == request.Length) Watch(PollEvents.Readable);
    }

    private void Receive()
    {
        while (true)
        {
            var count = RawIo.Receive(Descriptor, reply.AsSpan(received));
            if (count == -(int)Errno.EAGAIN) return;
            if (count <= 0)
            {
                Exchange.OnFailure(this);
                return;
            }

            received += count;
            if (received < reply.Length) continue;
            if (received == Prefix)
            {
                Array.Resize(ref reply, Prefix + BinaryPrimitives.ReadUInt16BigEndian(reply));
                if (reply.Length > Prefix) continue;
            }

            var message = reply.AsSpan(Prefix);
            if (DnsReply.Answers(message, Id, Exchange.Question)) Exchange.OnReply(this, message);
            else Exchange.OnFailure(this);
            return;
        }
    }
}
