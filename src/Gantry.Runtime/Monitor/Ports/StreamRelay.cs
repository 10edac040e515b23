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
    private readonly InternetEndPoint target;

    public StreamRelay(PollLoop loop, PipePool pipes, FileDescriptor socket, SocketTransport transport, InternetEndPoint target)
        : base(loop, socket)
    {
        (this.pipes, this.transport, this.target) = (pipes, transport, target);
        Watch(PollEvents.Readable);
    }

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

    private void Connect(FileDescriptor near)
    {
        FileDescriptor far;
        try
        {
            far = NonBlockingSocket.Open(transport, target.Family);
        }
        catch (LinuxException)
        {
            NonBlockingSocket.ResetOnClose(near);
            near.Dispose();
            Rest();
            return;
        }

        var connection = new StreamConnection(this, Loop, pipes, near, far);
        connections.Add(connection);
        connection.Connect(target);
    }

    // No descriptors are left: what waits in the queue would be told again at once.
    private void Rest()
    {
        Unwatch();
        Deadline = Clock.Milliseconds() + Pause;
    }
}
