using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Linux.Terminals;
using Gantry.Runtime.Monitor.Protocol;

namespace Gantry.Runtime.Monitor.Server;

/// <summary>The ends of a process's pipes that the process gets. Closed once it has them.</summary>
internal sealed class ProcessPipes : IDisposable
{
    // A writer that is ahead of us then waits less often; the kernel takes memory only for what is in it (pipe(7)).
    private const int PipeSize = 256 * 1024;

    public required FileDescriptor Stdin { get; init; }

    public required FileDescriptor Stdout { get; init; }

    public required FileDescriptor Stderr { get; init; }

    /// <summary>Makes pipes for the streams named, with our ends in the hub, and /dev/null for the others.</summary>
    public static ProcessPipes Connect(StreamHub hub, MonitorStreams streams) => new()
    {
        Stdin = (streams & MonitorStreams.Stdin) != 0 ? Input(hub) : UnixSocket.OpenFile("/dev/null", write: false),
        Stdout = (streams & MonitorStreams.Stdout) != 0 ? Output(hub, FrameType.Stdout) : UnixSocket.OpenFile("/dev/null", write: true),
        Stderr = (streams & MonitorStreams.Stderr) != 0 ? Output(hub, FrameType.Stderr) : UnixSocket.OpenFile("/dev/null", write: true),
    };

    /// <summary>Takes a terminal's master into the hub; its other end stays open until the watcher returned is closed.</summary>
    public static FileDescriptor ConnectTerminal(StreamHub hub, FileDescriptor master, bool input)
    {
        RawIo.SetBlocking(master, false);
        var other = Terminal.OpenOtherEnd(master);
        if (input)
        {
            hub.SetStdin(new StdinTarget(hub.Loop, master.Duplicate()));
        }

        hub.AddOutput(new OutputPump(hub, master, FrameType.Stdout));
        return other;
    }

    public void Dispose()
    {
        Stdin.Dispose();
        Stdout.Dispose();
        Stderr.Dispose();
    }

    private static FileDescriptor Input(StreamHub hub)
    {
        var (read, write) = RawIo.CreatePipe(nonBlockingWrite: true);
        hub.SetStdin(new StdinTarget(hub.Loop, write));
        return read;
    }

    private static FileDescriptor Output(StreamHub hub, FrameType stream)
    {
        var (read, write) = RawIo.CreatePipe(nonBlockingRead: true);
        RawIo.TrySetPipeSize(read, PipeSize);
        hub.AddOutput(new OutputPump(hub, read, stream));
        return write;
    }
}
