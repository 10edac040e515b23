using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gantry.Linux;
using Gantry.Linux.Sockets;
using Gantry.Network.Names.Local;
using Gantry.Network.Names.Upstream;
using Gantry.Network.Names.Wire;

namespace Gantry.Network.Names.Serving;

/// <summary>One sandbox's resolver: its sockets, and what is under way for it. Used on the loop's thread only.</summary>
internal sealed class Resolver : IDisposable
{
    // Docker's bound on queries that wait for an answer from outside.
    private const int MostForwarded = 1024;

    private readonly NameLoop loop;
    private readonly NameDirectory directory;
    private readonly UpstreamPool pool;
    private readonly FileDescriptor networkNamespace;
    private readonly DatagramServer datagrams;
    private readonly StreamServer streams;
    private readonly HashSet<Exchange> exchanges = [];
    private readonly List<IPAddress> found = [];
    private readonly byte[] answerBuffer;
    private int forwarded;

    public Resolver(
        NameLoop loop, NameDirectory directory, UpstreamPool pool, string containerId, FileDescriptor networkNamespace, ResolverSockets sockets, ResolverSettings settings)
    {
        (this.loop, this.directory, this.pool, this.networkNamespace) = (loop, directory, pool, networkNamespace);
        ContainerId = containerId;
        answerBuffer = pool.AnswerBuffer;
        datagrams = new DatagramServer(this, loop.Poll, sockets.Datagram);
        streams = new StreamServer(this, loop.Poll, sockets.Stream);
        Set(settings);
    }

    public string ContainerId { get; }

    public ResolverSettings Settings { get; private set; } = null!;

    public IReadOnlyList<UpstreamServer> Servers { get; private set; } = [];

    public bool IsIn(SafeHandle other) => NamespaceCalls.AreSame(networkNamespace, other);

    /// <summary>Replaces the settings; what is under way goes on with the old ones.</summary>
    public void Set(ResolverSettings settings)
    {
        Settings = settings;
        Servers = [.. settings.Servers.Select(server => pool.Server(server, settings.FromHost ? "" : ContainerId))];
    }

    /// <summary>Answers a message, or has it answered.</summary>
    public void Handle(ReadOnlySpan<byte> message, IQuerier querier)
    {
        Span<char> text = stackalloc char[DnsName.Longest];
        if (!DnsQuery.TryRead(message, text, out var query, out var refusal))
        {
            if (refusal is { } code) querier.Reply(answerBuffer.AsSpan(0, DnsAnswer.WriteRefusal(message, code, answerBuffer)));
            return;
        }

        if (!TryAnswer(query, querier)) Forward(query, querier);
    }

    /// <summary>A socket for asking upstream servers, where they are to be reached from.</summary>
    public FileDescriptor OpenUpstream(SocketTransport transport, AddressFamily family) => Settings.FromHost
        ? NonBlockingSocket.Open(transport, family)
        : loop.Within(networkNamespace, () => NonBlockingSocket.Open(transport, family));

    public void OnReplied() => forwarded--;

    public void OnEnd(Exchange exchange) => exchanges.Remove(exchange);

    public void Dispose()
    {
        foreach (var exchange in exchanges.ToArray()) exchange.Dispose();
        streams.Dispose();
        datagrams.Dispose();
        networkNamespace.Dispose();
        pool.Forget(ContainerId);
    }

    private bool TryAnswer(DnsQuery query, IQuerier querier)
    {
        if (!query.IsInternet || !query.IsText || query.Name.IsEmpty) return false;
        var answer = new DnsAnswer(query, answerBuffer.AsSpan(0, querier.IsStream ? answerBuffer.Length : Math.Min(answerBuffer.Length, query.DatagramLimit)));
        if (query.Type == RecordType.Ptr)
        {
            if (ReverseName.TryParse(query.Name) is not { } address || directory.FindName(ContainerId, address) is not { } name) return false;
            answer.Add(name);
        }
        else if (TryFind(query.Name))
        {
            // A name that is here has no other records elsewhere: what it lacks, an IPv6 address for instance, does not exist.
            foreach (var address in found)
            {
                var type = address.AddressFamily == AddressFamily.InterNetworkV6 ? RecordType.Aaaa : RecordType.A;
                if (query.Type == type || query.Type == RecordType.Any) answer.Add(address);
            }
        }
        else if (!Settings.NdotsSet || query.Type is not (RecordType.A or RecordType.Aaaa) || query.Name.Contains('.'))
        {
            return false;
        }

        querier.Reply(answerBuffer.AsSpan(0, answer.Complete()));
        return true;
    }

    private bool TryFind(ReadOnlySpan<char> name)
    {
        found.Clear();
        foreach (var (link, addresses) in Settings.Links)
        {
            if (!name.Equals(link, StringComparison.OrdinalIgnoreCase)) continue;
            found.AddRange(addresses);
            return true;
        }

        return directory.TryFind(ContainerId, name, found);
    }

    private void Forward(DnsQuery query, IQuerier querier)
    {
        if (Servers.Count == 0)
        {
            Refuse(query, ResponseCode.ServerFailure, querier);
        }
        else if (forwarded >= MostForwarded || !pool.HasRoom)
        {
            Refuse(query, ResponseCode.Refused, querier);
        }
        else
        {
            forwarded++;
            var exchange = new Exchange(this, pool, loop, query, querier);
            exchanges.Add(exchange);
            exchange.Begin();
        }
    }

    private void Refuse(DnsQuery query, ResponseCode code, IQuerier querier)
    {
        var answer = new DnsAnswer(query, answerBuffer);
        querier.Reply(answerBuffer.AsSpan(0, answer.Complete(code)));
    }
}
