using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Linux.Sockets;

namespace Gantry.Runtime.Monitor.Ports;

/// <summary>
/// A UDP port. Each client has a socket of its own towards the container, by which answers find back, until it has been
/// silent for a while.
/// </summary>
internal sealed class DatagramRelay : Watcher
{
    private const int MostAtOnce = 32;
    private const int MostClients = 1024;

    // One thread has other things to do: what comes meanwhile waits here.
    private const int ReceiveBuffer = 1024 * 1024;

    // docker-proxy's time.
    private const int Patience = 90_000;
    private const int SweepEvery = 30_000;

    private readonly Dictionary<InternetEndPoint, Client> clients = [];
    private readonly InternetEndPoint target;

    public DatagramRelay(PollLoop loop, FileDescriptor socket, InternetEndPoint target)
        : base(loop, socket)
    {
        this.target = target;
        NonBlockingSocket.SetReceiveBuffer(socket, ReceiveBuffer);
        Watch(PollEvents.Readable);
    }

    public override void OnEvents(PollEvents events)
    {
        for (var i = 0; i < MostAtOnce; i++)
        {
            var count = NonBlockingSocket.ReceiveFrom(Descriptor, Loop.Buffer, out var sender);
            if (count < 0) return;
            if (ClientOf(sender) is { } client) client.Send(Loop.Buffer.AsSpan(0, count));
        }
    }

    /// <summary>Lets the silent ones go.</summary>
    public override void OnDeadline()
    {
        var silentSince = Clock.Milliseconds() - Patience;
        foreach (var client in clients.Values)
        {
            if (client.LastActive <= silentSince) client.Dispose();
        }

        Deadline = clients.Count > 0 ? Clock.Milliseconds() + SweepEvery : 0;
    }

    protected override void OnDispose()
    {
        foreach (var client in clients.Values) client.Dispose();
    }

    private Client? ClientOf(InternetEndPoint sender)
    {
        if (clients.TryGetValue(sender, out var known)) return known;
        if (clients.Count >= MostClients) clients.Values.MinBy(client => client.LastActive)!.Dispose();
        FileDescriptor socket;
        try
        {
            socket = NonBlockingSocket.Open(SocketTransport.Udp, target.Family);
        }
        catch (LinuxException)
        {
            // The datagram is lost, as datagrams may be.
            return null;
        }

        if (NonBlockingSocket.Connect(socket, target) < 0)
        {
            socket.Dispose();
            return null;
        }

        if (Deadline == 0) Deadline = Clock.Milliseconds() + SweepEvery;
        return clients[sender] = new Client(this, socket, sender);
    }

    private sealed class Client : Watcher
    {
        private readonly DatagramRelay relay;
        private readonly InternetEndPoint address;

        public Client(DatagramRelay relay, FileDescriptor socket, InternetEndPoint address)
            : base(relay.Loop, socket)
        {
            (this.relay, this.address) = (relay, address);
            LastActive = Clock.Milliseconds();
            Watch(PollEvents.Readable);
        }

        public long LastActive { get; private set; }

        public void Send(ReadOnlySpan<byte> data)
        {
            LastActive = Clock.Milliseconds();
            // An ICMP message to an earlier datagram fails this one, once: nobody listened yet.
            if (RawIo.Send(Descriptor, data) == -(int)Errno.ECONNREFUSED) _ = RawIo.Send(Descriptor, data);
        }

        public override void OnEvents(PollEvents events)
        {
            for (var i = 0; i < MostAtOnce; i++)
            {
                var count = RawIo.Receive(Descriptor, Loop.Buffer);
                if (count == -(int)Errno.EAGAIN) return;
                if (count < 0) continue;
                LastActive = Clock.Milliseconds();
                _ = NonBlockingSocket.SendTo(relay.Descriptor, Loop.Buffer.AsSpan(0, count), address);
            }
        }

        protected override void OnDispose() => relay.clients.Remove(address);
    }
}
