using System.Net;
using Gantry.Linux.Sockets;

namespace Gantry.Network.Names.Upstream;

/// <summary>What all resolvers share: what is known of servers, and the bound on what is under way.</summary>
internal sealed class UpstreamPool
{
    private const int MostExchanges = 4096;
    private const int LargestMessage = 65535;

    private readonly Dictionary<(string Origin, InternetEndPoint Address), UpstreamServer> servers = [];

    /// <summary>Queries that wait, for all sandboxes: each is a socket or more.</summary>
    public int Exchanges { get; set; }

    public bool HasRoom => Exchanges < MostExchanges;

    /// <summary>For answers, on the loop's one thread.</summary>
    public byte[] AnswerBuffer { get; } = GC.AllocateUninitializedArray<byte>(LargestMessage);

    /// <summary>A server, as one reaches it from the host (the empty origin) or from one sandbox.</summary>
    public UpstreamServer Server(IPEndPoint endPoint, string origin)
    {
        var key = (origin, new InternetEndPoint(endPoint));
        if (!servers.TryGetValue(key, out var server)) servers[key] = server = new UpstreamServer(key.Item2);
        return server;
    }

    /// <summary>Forgets what one sandbox knew.</summary>
    public void Forget(string origin)
    {
        foreach (var key in servers.Keys)
        {
            if (key.Origin == origin) servers.Remove(key);
        }
    }
}
