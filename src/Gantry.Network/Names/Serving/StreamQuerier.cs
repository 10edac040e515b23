using System.Buffers.Binary;
using Gantry.Linux;
using Gantry.Linux.Poll;

namespace Gantry.Network.Names.Serving;

/// <summary>
/// A client's TCP connection: messages behind their lengths, several at once if the client likes; answers come as they are
/// ready (RFC 7766).
/// </summary>
internal sealed class StreamQuerier : Watcher, IQuerier
{
    private const int Prefix = 2;
    private const int FirstBuffer = 514;
    private const int MostUnanswered = 32;
    private const int MostUnsent = 128 * 1024;
    private const int LargestQuery = 4096;
    private const int Patience = 10_000;

    private readonly Resolver resolver;
    private readonly StreamServer server;
    private byte[] received = new byte[FirstBuffer];
    private int receivedCount;
    private byte[] unsent = [];
    private int unsentCount;
    private int unanswered;
    private bool handling;
    private bool ended;

    public StreamQuerier(Resolver resolver, StreamServer server, PollLoop loop, FileDescriptor socket)
        : base(loop, socket)
    {
        (this.resolver, this.server) = (resolver, server);
        Deadline = Clock.Milliseconds() + Patience;
        Watch(PollEvents.Readable);
    }

    public bool IsStream => true;

    public override void OnEvents(PollEvents events)
    {
        Deadline = Clock.Milliseconds() + Patience;
        if ((events & PollEvents.Writable) != 0) SendUnsent();
        if (!IsDisposed && !ended && unanswered < MostUnanswered && (events & ~PollEvents.Writable) != 0) Receive();
        Settle();
    }

    public override void OnDeadline() => Dispose();

    public void Reply(ReadOnlySpan<byte> answer)
    {
        if (IsDisposed) return;
        unanswered--;
        if (unsentCount + Prefix + answer.Length > MostUnsent)
        {
            Dispose();
            return;
        }

        if (unsent.Length < unsentCount + Prefix + answer.Length) Array.Resize(ref unsent, Math.Max(unsent.Length * 2, unsentCount + Prefix + answer.Length));
        BinaryPrimitives.WriteUInt16BigEndian(unsent.AsSpan(unsentCount), (ushort)answer.Length);
        answer.CopyTo(unsent.AsSpan(unsentCount + Prefix));
        unsentCount += Prefix + answer.Length;
        SendUnsent();
        // What it sent meanwhile was not read.
        if (!IsDisposed) HandleReceived();
        Settle();
    }

    protected override void OnDispose() => server.Remove(this);

    private void Receive()
    {
        var count = RawIo.Receive(Descriptor, received.AsSpan(receivedCount));
        if (count > 0)
        {
            receivedCount += count;
            HandleReceived();
        }
        else if (count == 0)
        {
            ended = true;
        }
        else if (count is not (-(int)Errno.EAGAIN or -(int)Errno.EINTR))
        {
            Dispose();
        }
    }

    private void HandleReceived()
    {
        // An answer that comes at once leads here again: what waits is taken by the round that is under way.
        if (handling) return;
        handling = true;
        var start = 0;
        while (!IsDisposed && unanswered < MostUnanswered && receivedCount - start >= Prefix)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(received.AsSpan(start));
            if (length > LargestQuery)
            {
                Dispose();
            }
            else if (receivedCount - start < Prefix + length)
            {
                if (received.Length < Prefix + length) Array.Resize(ref received, Prefix + length);
                break;
            }
            else
            {
                unanswered++;
                resolver.Handle(received.AsSpan(start + Prefix, length), this);
                start += Prefix + length;
            }
        }

        receivedCount -= start;
        received.AsSpan(start, receivedCount).CopyTo(received);
        handling = false;
    }

    private void SendUnsent()
    {
        if (unsentCount == 0) return;
        var count = RawIo.Send(Descriptor, unsent.AsSpan(0, unsentCount));
        if (count < 0 && count is not (-(int)Errno.EAGAIN or -(int)Errno.EINTR))
        {
            Dispose();
            return;
        }

        unsentCount -= Math.Max(0, count);
        unsent.AsSpan(Math.Max(0, count), unsentCount).CopyTo(unsent);
        if (unsentCount == 0) unsent = [];
    }

    private void Settle()
    {
        if (IsDisposed) return;
        if (ended && unanswered == 0 && unsentCount == 0)
        {
            Dispose();
            return;
        }

        var events = (unsentCount > 0 ? PollEvents.Writable : PollEvents.None)
            | (!ended && unanswered < MostUnanswered ? PollEvents.Readable : PollEvents.None);
        // A hang-up would be told again and again while the answers are awaited.
        if (events == PollEvents.None) Unwatch();
        else Watch(events);
    }
}
