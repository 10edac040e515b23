using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Runtime.Monitor.Protocol;

namespace Gantry.Runtime.Monitor.Server;

/// <summary>
/// One attached connection. Output it does not take at once is put down on disk, so that neither the container nor other
/// clients wait for it, and nothing is lost to one that is only slow. At <see cref="BacklogLimit"/> the container waits,
/// as long as the client goes on reading; one that does not read for <see cref="Patience"/> then is dropped.
/// </summary>
internal sealed class AttachClient : Watcher
{
    public const long BacklogLimit = 256 * 1024 * 1024;
    private const int Patience = 10_000;

    private readonly StreamHub hub;
    private readonly MonitorStreams streams;
    private readonly Spill spill;
    private readonly byte[] header = new byte[FrameHeader.Size];
    private bool inputOpen = true;
    private bool inputPaused;
    private bool finishing;

    public AttachClient(StreamHub hub, FileDescriptor socket, MonitorStreams streams)
        : base(hub.Loop, socket)
    {
        this.hub = hub;
        this.streams = streams;
        spill = new Spill(hub.SpillDirectory);
        hub.AddClient(this);
        UpdateWatch();
    }

    /// <summary>The backlog has reached its limit.</summary>
    public bool IsFull { get; private set; }

    public void Send(FrameType stream, ReadOnlySpan<byte> data)
    {
        if ((streams & (stream == FrameType.Stderr ? MonitorStreams.Stderr : MonitorStreams.Stdout)) == 0)
        {
            return;
        }

        var prefix = hub.IsTerminal ? default : header.AsSpan();
        if (!hub.IsTerminal)
        {
            new FrameHeader(stream, 0, data.Length).Write(header);
        }

        if (spill.Length == 0 && !TrySendNow(ref prefix, ref data))
        {
            return;
        }

        if (prefix.Length + data.Length > 0)
        {
            PutDown(prefix, data);
        }
    }

    /// <summary>No more output comes: the connection ends when the backlog is sent.</summary>
    public void FinishWhenSent()
    {
        finishing = true;
        IsFull = false;
        if (spill.Length == 0)
        {
            Dispose();
            return;
        }

        Deadline = Clock.Milliseconds() + Patience;
        UpdateWatch();
    }

    /// <summary>Stdin has room again.</summary>
    public void ResumeInput()
    {
        inputPaused = false;
        UpdateWatch();
    }

    public override void OnEvents(PollEvents events)
    {
        if ((events & PollEvents.Writable) != 0)
        {
            SendBacklog();
        }

        if (!IsDisposed && inputOpen && !inputPaused && (events & (PollEvents.Readable | PollEvents.HangUp)) != 0)
        {
            ReadInput();
        }

        if (!IsDisposed && (events & (PollEvents.HangUp | PollEvents.Error)) != 0)
        {
            HungUp();
        }
    }

    public override void OnDeadline() => Dispose();

    protected override void OnDispose()
    {
        spill.Dispose();
        IsFull = false;
        EndInput();
        hub.RemoveClient(this);
    }

    private bool TrySendNow(ref Span<byte> prefix, ref ReadOnlySpan<byte> data)
    {
        while (prefix.Length + data.Length > 0)
        {
            // Two calls rather than a vector: the header is small, and the socket buffer has room for it or for nothing.
            var count = RawIo.Send(Descriptor, prefix.IsEmpty ? data : prefix);
            if (count < 0)
            {
                if (count is -(int)Errno.EAGAIN)
                {
                    return true;
                }

                Dispose();
                return false;
            }

            if (prefix.IsEmpty)
            {
                data = data[count..];
            }
            else
            {
                prefix = prefix[count..];
            }
        }

        return true;
    }

    private void PutDown(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> data)
    {
        if (!spill.TryAdd(prefix, data))
        {
            // A stream with a hole in it would be worse than one that ends.
            Dispose();
            return;
        }

        if (!IsFull && spill.Length >= BacklogLimit)
        {
            IsFull = true;
            Deadline = Clock.Milliseconds() + Patience;
        }

        UpdateWatch();
    }

    private void SendBacklog()
    {
        var count = spill.SendTo(Descriptor);
        if (count < 0 && count != -(int)Errno.EAGAIN)
        {
            Dispose();
            return;
        }

        if (count > 0 && Deadline > 0)
        {
            Deadline = Clock.Milliseconds() + Patience;
        }

        if (spill.Length == 0 && finishing)
        {
            Dispose();
            return;
        }

        if (IsFull && spill.Length < BacklogLimit / 2)
        {
            IsFull = false;
            Deadline = 0;
            hub.ResumeIfPossible();
        }

        UpdateWatch();
    }

    // Both directions are closed (a half-close is only Readable, epoll_ctl(2)); what was sent before is still to be read.
    private void HungUp()
    {
        if (!inputOpen)
        {
            Dispose();
        }
        else if (inputPaused)
        {
            // It would be told again at once, until there is room.
            Unwatch();
        }
    }

    private void ReadInput()
    {
        // Looked at first and taken only as far as it could be passed on: the socket is the buffer.
        var count = RawIo.PeekSocket(Descriptor, Loop.Buffer);
        if (count <= 0)
        {
            if (count != -(int)Errno.EAGAIN)
            {
                EndInput();
                UpdateWatch();
            }

            return;
        }

        var passed = count;
        if ((streams & MonitorStreams.Stdin) != 0 && hub.Stdin is { } target)
        {
            passed = target.Write(Loop.Buffer.AsSpan(0, count));
            if (passed < 0)
            {
                hub.CloseStdin();
                passed = count;
            }
            else if (passed < count)
            {
                inputPaused = true;
                target.WaitForRoom(this);
            }
        }

        if (passed > 0)
        {
            _ = RawIo.Receive(Descriptor, Loop.Buffer.AsSpan(0, passed));
        }

        UpdateWatch();
    }

    private void EndInput()
    {
        if (inputOpen)
        {
            inputOpen = false;
            if ((streams & MonitorStreams.Stdin) != 0)
            {
                hub.InputEnded(this);
            }
        }
    }

    private void UpdateWatch() => Watch(
        (inputOpen && !inputPaused ? PollEvents.Readable : PollEvents.None)
        | (spill.Length > 0 ? PollEvents.Writable : PollEvents.None));
}
