using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Linux.Sockets;

namespace Gantry.Network.Names.Serving;

/// <summary>Takes connections for queries over TCP.</summary>
internal sealed class StreamServer : Watcher
{
    // More of them wait in the kernel until one of these ends, which the idle ones soon do.
    private const int MostConnections = 64;
    private const int Pause = 100;

    private readonly Resolver resolver;
    private readonly HashSet<StreamQuerier> connections = [];

    public StreamServer(Resolver resolver, PollLoop loop, FileDescriptor socket)
        : base(loop, socket)
    {
        this.resolver = resolver;
        Watch(PollEvents.Readable);
    }

    public override void OnEvents(PollEvents events)
    {
        while (connections.Count < MostConnections)
        {
            if (NonBlockingSocket.TryAccept(Descriptor, out var error) is not { } socket)
            {
                if (error != Errno.EAGAIN) Rest();
                return;
            }

            connections.Add(new StreamQuerier(resolver, this, Loop, socket));
        }

        Unwatch();
    }

    public override void OnDeadline()
    {
        Deadline = 0;
        Watch(PollEvents.Readable);
    }

    public void Remove(StreamQuerier connection)
    {
        connections.Remove(connection);
        if (Deadline == 0) Watch(PollEvents.Readable);
    }

    protected override void OnDispose()
    {
        foreach (var connection in connections.ToArray()) connection.Dispose();
    }

    // No descriptors are left: the connection stays in the queue, and would be told again at once.
    private void Rest()
    {
        Unwatch();
        Deadline = Clock.Milliseconds() + Pause;
    }
}
