using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Runtime.Monitor.Protocol;

namespace Gantry.Runtime.Monitor.Server;

/// <summary>Reads one pipe, or the master of a terminal.</summary>
internal sealed class OutputPump(StreamHub hub, FileDescriptor source, FrameType stream) : Watcher(hub.Loop, source)
{
    public FrameType Stream { get; } = stream;

    public override void OnEvents(PollEvents events) => ReadOnce();

    /// <summary>Reads until nothing is left; who may still hold the other end open is not waited for.</summary>
    public void Drain()
    {
        while (!IsDisposed && ReadOnce())
        {
        }

        Dispose();
    }

    protected override void OnDispose() => hub.RemovePump(this);

    private bool ReadOnce()
    {
        var count = RawIo.Read(Descriptor, Loop.Buffer);
        if (count > 0)
        {
            hub.Write(Stream, Loop.Buffer.AsSpan(0, count));
            return true;
        }

        // The master of a terminal says EIO where a pipe says end of file (pty(7)).
        if (count is not (-(int)Errno.EAGAIN or -(int)Errno.EINTR))
        {
            Dispose();
        }

        return count == -(int)Errno.EINTR;
    }
}
