using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Linux.Sockets;

namespace Gantry.Network.Names.Serving;

/// <summary>Queries over UDP.</summary>
internal sealed class DatagramServer : Watcher
{
    // Others wait, too.
    private const int MostAtOnce = 32;

    private readonly Resolver resolver;

    public DatagramServer(Resolver resolver, PollLoop loop, FileDescriptor socket)
        : base(loop, socket)
    {
        this.resolver = resolver;
        Watch(PollEvents.Readable);
    }

    public override void OnEvents(PollEvents events)
    {
        for (var i = 0; i < MostAtOnce; i++)
        {
            var count = NonBlockingSocket.ReceiveFrom(Descriptor, Loop.Buffer, out var sender);
            if (count < 0) return;
            resolver.Handle(Loop.Buffer.AsSpan(0, count), new Querier(this, sender));
        }
    }

    private sealed class Querier(DatagramServer server, InternetEndPoint sender) : IQuerier
    {
        public bool IsStream => false;

        // A datagram may be lost, and its sender asks again: so may one that finds no room in the socket.
        public void Reply(ReadOnlySpan<byte> answer)
        {
            if (!server.IsDisposed) _ = NonBlockingSocket.SendTo(server.Descriptor, answer, sender);
        }
    }
}
