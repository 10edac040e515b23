using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Linux.Sockets;
using Gantry.Runtime.Monitor.Protocol;

namespace Gantry.Runtime.Monitor.Ports;

/// <summary>The container's ports on the host that the monitor serves, for as long as the container lives.</summary>
internal sealed class PortRelays(PollLoop loop) : IDisposable
{
    private readonly Dictionary<string, List<Watcher>> groups = [];
    private readonly PipePool pipes = new();

    /// <summary>Milliseconds from the start in which the container's program may not listen yet: <c>run -d -p 80:80 nginx; curl localhost</c>.</summary>
    public int Patience { get; init; } = 2000;

    /// <summary>Serves ports from now on; the sockets belong to them.</summary>
    public void Add(string group, IReadOnlyList<PortTarget> targets, IReadOnlyList<FileDescriptor> sockets)
    {
        if (!groups.TryGetValue(group, out var relays)) groups[group] = relays = [];
        for (var i = 0; i < targets.Count; i++)
        {
            var target = new InternetEndPoint(targets[i].EndPoint);
            RawIo.SetBlocking(sockets[i], false);
            relays.Add(targets[i].Transport == SocketTransport.Udp
                ? new DatagramRelay(loop, sockets[i], target)
                : new StreamRelay(loop, pipes, sockets[i], targets[i].Transport, target, Patience));
        }
    }

    public void Remove(string group)
    {
        if (!groups.Remove(group, out var relays)) return;
        foreach (var relay in relays) relay.Dispose();
    }

    public void Dispose()
    {
        foreach (var group in groups.Keys.ToArray()) Remove(group);
        pipes.Dispose();
    }
}
