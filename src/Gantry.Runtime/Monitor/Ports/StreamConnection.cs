using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Linux.Sockets;

namespace Gantry.Runtime.Monitor.Ports;

/// <summary>
/// A client's connection and the one to the container, and what goes between them in both directions. Where a container that
/// was started just now does not listen yet, the client waits for it.
/// </summary>
internal sealed class StreamConnection : IDisposable
{
    private const int Pause = 20;
    private readonly StreamRelay relay;
    private readonly PollLoop loop;
    private readonly PipePool pipes;
    private readonly End near;
    private End far;
    private StreamFlow? inward;
    private StreamFlow? outward;
    private bool disposed;

    public StreamConnection(StreamRelay relay, PollLoop loop, PipePool pipes, FileDescriptor near, FileDescriptor far)
    {
        (this.relay, this.loop, this.pipes) = (relay, loop, pipes);
        NonBlockingSocket.SetNoDelay(near);
        this.near = new End(this, loop, near);
        this.far = new End(this, loop, far);
    }

    public void Connect()
    {
        NonBlockingSocket.SetNoDelay(far.Descriptor);
        Took((Errno)(-NonBlockingSocket.Connect(far.Descriptor, relay.Target)));
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
        inward?.Dispose();
        outward?.Dispose();
        relay.Remove(this);
    }

    /// <param name="error">Of the connection to the container.</param>
    private void Took(Errno error)
    {
        switch (error)
        {
            case Errno.None:
                (inward, outward) = (new StreamFlow(pipes, near.Descriptor, far.Descriptor), new StreamFlow(pipes, far.Descriptor, near.Descriptor));
                Pump();
                break;
            case Errno.EINPROGRESS:
                far.Watch(PollEvents.Writable);
                break;
            case Errno.ECONNREFUSED when relay.IsPatient:
                near.Rest(Pause);
                break;
            default:
                BreakOff();
                break;
        }
    }

    private void ConnectAgain()
    {
        if (relay.TryOpen() is not { } socket)
        {
            BreakOff();
            return;
        }

        far.Dispose();
        far = new End(this, loop, socket);
        Connect();
    }

    private void OnEvents(End end, PollEvents events)
    {
        if (inward is null)
        {
            Took(NonBlockingSocket.TakeError(far.Descriptor));
            return;
        }

        // Errors that come while neither reading nor writing is wanted would come again and again.
        if ((events & (PollEvents.Error | PollEvents.HangUp)) != 0 && NonBlockingSocket.TakeError(end.Descriptor) != Errno.None) BreakOff();
        else Pump();
    }

    private void Pump()
    {
        if (!inward!.Pump() || !outward!.Pump())
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

        public override void OnDeadline()
        {
            Deadline = 0;
            connection.ConnectAgain();
        }

        public void Rest(int milliseconds)
        {
            connection.far.Unwatch();
            Deadline = Clock.Milliseconds() + milliseconds;
        }

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
