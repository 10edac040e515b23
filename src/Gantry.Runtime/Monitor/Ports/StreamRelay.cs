using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Linux.Sockets;

namespace Gantry.Runtime.Monitor.Ports;

/// <summary>A listening socket, and its connections to the container.</summary>
internal sealed class StreamRelay : Watcher
{
    // The log and the clients have their turn, too.
    private const int MostAtOnce = 16;
    private const int Pause = 100;

    private readonly HashSet<StreamConnection> connections = [];
    private readonly PipePool pipes;
    private readonly SocketTransport transport;
    private readonly long patientUntil;

    /// <param name="patience">Milliseconds from now in which the container need not listen yet.</param>
    public StreamRelay(PollLoop loop, PipePool pipes, FileDescriptor socket, SocketTransport transport, InternetEndPoint target, int patience)
        : base(loop, socket)
    {
        (this.pipes, this.transport, Target, patientUntil) = (pipes, transport, target, Clock.Milliseconds() + patience);
        Watch(PollEvents.Readable);
    }

    public InternetEndPoint Target { get; }

    public bool IsPatient => Clock.Milliseconds() < patientUntil;

    public override void OnEvents(PollEvents events)
    {
        for (var i = 0; i < MostAtOnce; i++)
        {
            if (NonBlockingSocket.TryAccept(Descriptor, out var error) is not { } near)
            {
                if (error != Errno.EAGAIN) Rest();
                return;
            }

            Connect(near);
        }
    }

    public override void OnDeadline()
    {
        Deadline = 0;
        Watch(PollEvents.Readable);
    }

    public void Remove(StreamConnection connection) => connections.Remove(connection);

    protected override void OnDispose()
    {
        foreach (var connection in connections.ToArray()) connection.BreakOff();
    }

    /// <summary>A socket to the container; null where no descriptors are left.</summary>
    public FileDescriptor? TryOpen()
    {
        try
        {
            return NonBlockingSocket.Open(transport, Target.Family);
        }
        catch (LinuxException)
        {
            Rest();
            return null;
        }
    }

    private void Connect(FileDescriptor near)
    {
        if (TryOpen() is not { } far)
        {
            NonBlockingSocket.ResetOnClose(near);
            near.Dispose();
            return;
        }

        var connection = new StreamConnection(this, Loop, pipes, near, far);
        connections.Add(connection);
        connection.Connect();
    }

    // No descriptors are left: what waits in the queue would be told again at once.
    private void Rest()
    {
        Unwatch();
        Deadline = Clock.Milliseconds() + Pause;
    }
}
