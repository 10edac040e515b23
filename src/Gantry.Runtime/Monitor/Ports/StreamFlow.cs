using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Linux.Sockets;

namespace Gantry.Runtime.Monitor.Ports;

/// <summary>One direction of a connection. It reads no more before what it has is written: who is slow is not run over.</summary>
internal sealed class StreamFlow(PipePool pipes, FileDescriptor source, FileDescriptor target) : IDisposable
{
    // A megabyte each: then somebody else's turn.
    private const int MostRounds = 4;

    private SplicePipe? pipe;

    public bool WantsToRead => !HasEnded && pipe is null;

    public bool WantsToWrite => pipe is not null;

    /// <summary>The source sends no more.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>And the target has been told.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Moves what can be moved now; false when the connection is broken.</summary>
    public bool Pump()
    {
        for (var round = 0; round < MostRounds && !IsDone; round++)
        {
            if (pipe is null && !TryTake(out var broken)) return !broken;
            if (pipe is not null)
            {
                while (pipe.Held > 0)
                {
                    var count = pipe.GiveTo(target);
                    if (count <= 0) return count is -(int)Errno.EAGAIN or -(int)Errno.EINTR;
                }

                Empty();
            }
            else
            {
                NonBlockingSocket.EndSending(target);
                IsDone = true;
            }
        }

        return true;
    }

    public void Dispose() => Empty();

    /// <summary>Fills a pipe, or finds the end; false when there is nothing now, or never will be.</summary>
    private bool TryTake(out bool broken)
    {
        broken = false;
        SplicePipe filling;
        try
        {
            filling = pipes.Rent();
        }
        catch (LinuxException)
        {
            broken = true;
            return false;
        }

        var count = filling.TakeFrom(source);
        if (count > 0)
        {
            pipe = filling;
            return true;
        }

        pipes.Return(filling);
        HasEnded = count == 0;
        broken = count is not (0 or -(int)Errno.EAGAIN or -(int)Errno.EINTR);
        return HasEnded;
    }

    private void Empty()
    {
        if (pipe is not null) pipes.Return(pipe);
        pipe = null;
    }
}
