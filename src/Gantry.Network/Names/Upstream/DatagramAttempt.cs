using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Linux.Sockets;
using Gantry.Network.Names.Wire;

namespace Gantry.Network.Names.Upstream;

/// <summary>Over UDP. The socket is connected: the kernel drops what others send, and tells when nobody listens there.</summary>
internal sealed class DatagramAttempt(Exchange exchange, PollLoop loop, FileDescriptor socket, int order, ushort id)
    : Attempt(exchange, loop, socket, order, id)
{
    // Who guesses ids at us gets no further tries out of one query.
    private const int MostStrangers = 16;

    private int strangers;

    /// <summary>False where the server cannot be reached at all.</summary>
    public bool TryBegin(InternetEndPoint server)
    {
        if (NonBlockingSocket.Connect(Descriptor, server) < 0) return false;
        Watch(PollEvents.Readable);
        return TrySend();
    }

    public override void Resend() => TrySend();

    public override void OnEvents(PollEvents events)
    {
        while (!IsDisposed)
        {
            var count = RawIo.Receive(Descriptor, Loop.Buffer);
            if (count == -(int)Errno.EAGAIN) return;
            var message = Loop.Buffer.AsSpan(0, Math.Max(0, count));
            if (count >= 0 && DnsReply.Answers(message, Id, Exchange.Question))
            {
                Exchange.OnReply(this, message);
                return;
            }

            // ECONNREFUSED: an ICMP message came instead.
            if (count < 0 || ++strangers == MostStrangers)
            {
                Exchange.OnFailure(this);
                return;
            }
        }
    }

    private bool TrySend()
    {
        var count = RawIo.Send(Descriptor, Exchange.QueryWith(Id));
        return count >= 0 || count == -(int)Errno.EAGAIN;
    }
}
