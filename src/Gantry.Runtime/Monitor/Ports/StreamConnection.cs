using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Linux.Sockets;

namespace Gantry.Runtime.Monitor.Ports;

/// <summary>A client's connection and the one to the container, and what goes between them in both directions.</summary>
internal sealed class StreamConnection : IDisposable
{
    private readonly StreamRelay relay;
    private readonly End near;
    private readonly End far;
    private readonly StreamFlow inward;
    private readonly StreamFlow outward;
    private bool connected;
    private bool disposed;

    public StreamConnection(StreamRelay relay, PollLoop loop, PipePool pipes, FileDescriptor near, FileDescriptor far)
    {
        this.relay = relay;
        NonBlockingSocket.SetNoDelay(near);
        NonBlockingSocket.SetNoDelay(far);
        this.near = new End(this, loop, near);
        this.far = new End(this, loop, far);
        inward = new StreamFlow(pipes, near, far);
        outward = new StreamFlow(pipes, far, near);
    }

    public void Connect(InternetEndPoint target)
    {
        switch (NonBlockingSocket.Connect(far.Descriptor, target))
        {
            case 0:
                Begin();
                break;
            case -(int)Errno.EINPROGRESS:
                far.Watch(PollEvents.Writable);
                break;
            default:
                BreakOff();
                break;
        }
    }

    /// <summary>Ends both at once, so that both see that it was no proper end.</summary>
    public void BreakOff()
    {
        if (disposed) return;
        NonBlockingSocket.ResetOnClose(near.Descriptor);
        NonBlockingSocket.ResetOnClose(far.Descriptor);
        Dispose();
    }

    public void Dispose()
    {
        if (disposed) return;
        disposed = true;
        near.Dispose();
        far.Dispose();
        inward.Dispose();
        outward.Dispose();
        relay.Remove(this);
    }

    private void Begin()
    {
        connected = true;
        Pump();
    }

    private void OnEvents(End end, PollEvents events)
    {
        if (!connected)
        {
            if (NonBlockingSocket.TakeError(far.Descriptor) == Errno.None) Begin();
            else BreakOff();
            return;
        }

        // Errors that come while neither reading nor writing is wanted would come again and again.
        if ((events & (PollEvents.Error | PollEvents.HangUp)) != 0 && NonBlockingSocket.TakeError(end.Descriptor) != Errno.None) BreakOff();
        else Pump();
    }

    private void Pump()
    {
        if (!inward.Pump() || !outward.Pump())
        {
            BreakOff();
        }
        else if (inward.IsDone && outward.IsDone)
        {
            Dispose();
        }
        else
        {
            near.WatchFor(inward, outward);
            far.WatchFor(outward, inward);
        }
    }

    /// <summary>One of the two sockets.</summary>
    private sealed class End(StreamConnection connection, PollLoop loop, FileDescriptor socket) : Watcher(loop, socket)
    {
        public override void OnEvents(PollEvents events) => connection.OnEvents(this, events);

        /// <param name="from">What is read from it.</param>
        /// <param name="to">What is written to it.</param>
        public void WatchFor(StreamFlow from, StreamFlow to)
        {
            var events = (from.WantsToRead ? PollEvents.Readable : PollEvents.None) | (to.WantsToWrite ? PollEvents.Writable : PollEvents.None);
            // Once both directions of the socket have ended, read or not, that it hangs up is told for ever.
            if (events == PollEvents.None && (from.HasEnded || to.IsDone)) Unwatch();
            else Watch(events);
        }
    }
}
