using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Spec;

namespace Gantry.Runtime.Monitor.Server;

/// <summary>A daemon: its requests, and the events it is told. One that goes away is nothing special.</summary>
internal sealed class ControlClient : Watcher
{
    // Events are a few bytes each: who lets this much pile up reads no more.
    private const int MostWaiting = 1024 * 1024;

    private readonly MonitorServer server;
    private readonly FrameReceiver receiver = new();
    private readonly Queue<byte[]> waiting = new();
    private int sentOfFirst;
    private int waitingBytes;

    public ControlClient(MonitorServer server, FileDescriptor socket)
        : base(server.Loop, socket)
    {
        this.server = server;
        Watch(PollEvents.Readable);
    }

    /// <summary>Nothing is half received or half sent: the connection can be handed on by its number.</summary>
    public bool IsQuiet => waiting.Count == 0 && !receiver.IsAmidFrame;

    public void Send(byte[] frame)
    {
        waiting.Enqueue(frame);
        waitingBytes += frame.Length;
        if (waiting.Count == 1)
        {
            SendWaiting();
        }

        if (waitingBytes > MostWaiting)
        {
            Dispose();
        }
    }

    public override void OnEvents(PollEvents events)
    {
        if ((events & PollEvents.Writable) != 0)
        {
            SendWaiting();
        }

        if (IsDisposed || (events & ~PollEvents.Writable) == 0)
        {
            return;
        }

        try
        {
            ReceiveResult result;
            while ((result = receiver.TryReceive(Descriptor)) == ReceiveResult.Complete)
            {
                server.Handle(this, receiver.Header, receiver.Payload, receiver.TakeDescriptors());
                if (IsDisposed)
                {
                    return;
                }
            }

            if (result == ReceiveResult.Closed)
            {
                Dispose();
            }
        }
        catch (InvalidArgumentException)
        {
            // Where the next frame begins is not known any more.
            Dispose();
        }
    }

    protected override void OnDispose() => server.RemoveControl(this);

    private void SendWaiting()
    {
        while (waiting.TryPeek(out var frame))
        {
            var count = RawIo.Send(Descriptor, frame.AsSpan(sentOfFirst));
            if (count < 0)
            {
                if (count == -(int)Errno.EAGAIN)
                {
                    break;
                }

                Dispose();
                return;
            }

            sentOfFirst += count;
            if (sentOfFirst == frame.Length)
            {
                waiting.Dequeue();
                waitingBytes -= frame.Length;
                sentOfFirst = 0;
            }
        }

        Watch(waiting.Count > 0 ? PollEvents.Readable | PollEvents.Writable : PollEvents.Readable);
    }
}
