using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Linux.Sockets;
using Gantry.Network.Names.Serving;
using Gantry.Network.Names.Wire;

namespace Gantry.Network.Names.Upstream;

/// <summary>
/// A query on its way to the upstream servers. They are asked in their order, the next one as soon as one is slow; the
/// first good answer is the answer. That a name does not exist is believed of a later server only when the earlier ones,
/// which may know more, had a moment to say otherwise. A server that stays silent is not waited for the next time.
/// </summary>
internal sealed class Exchange : ITimed, IDisposable
{
    private const int HedgeAfter = 100;
    private const int BelieveNegativeAfter = 250;
    private const int LingerFor = 2000;
    private const int GiveUpAfter = 4500;
    private static readonly int[] ResendAfter = [1000, 2500];

    private readonly Resolver resolver;
    private readonly UpstreamPool pool;
    private readonly NameLoop loop;
    private readonly IQuerier querier;
    private readonly IReadOnlyList<UpstreamServer> servers;
    private readonly List<Attempt> pending = [];
    private readonly bool[] tried;
    private readonly byte[] query;
    private readonly int questionLength;
    private readonly int datagramLimit;
    private readonly long begun = Clock.Milliseconds();
    private byte[]? negative;
    private byte[]? failure;
    private int winner;
    private int resent;
    private long hedgeAt;
    private bool replied;
    private bool disposed;

    public Exchange(Resolver resolver, UpstreamPool pool, NameLoop loop, DnsQuery query, IQuerier querier)
    {
        (this.resolver, this.pool, this.loop, this.querier) = (resolver, pool, loop, querier);
        this.query = query.Message.ToArray();
        questionLength = query.Question.Length;
        datagramLimit = query.DatagramLimit;
        servers = resolver.Servers;
        tried = new bool[servers.Count];
        pool.Exchanges++;
    }

    public long DueAt { get; private set; }

    public ReadOnlySpan<byte> Question => query.AsSpan(DnsHeader.Size, questionLength);

    private bool IsStream => querier.IsStream;

    public void Begin()
    {
        AskNext();
        for (var i = 0; i < servers.Count; i++)
        {
            if (!tried[i] && servers[i].TakeProbe(begun)) Ask(i);
        }

        Continue(begun);
    }

    /// <summary>The client's query with another id; valid until the next call.</summary>
    public ReadOnlySpan<byte> QueryWith(ushort id)
    {
        var copy = pool.AnswerBuffer.AsSpan(0, query.Length);
        query.CopyTo(copy);
        DnsHeader.SetId(copy, id);
        return copy;
    }

    public void OnReply(Attempt attempt, ReadOnlySpan<byte> message)
    {
        servers[attempt.Order].MarkAlive();
        if (!replied)
        {
            if (DnsReply.IsFailure(message)) failure ??= message.ToArray();
            else if (DnsReply.IsNegative(message) && IsEarlierPending(attempt.Order)) (negative, winner) = (message.ToArray(), attempt.Order);
            else Reply(message, attempt.Order);
        }

        End(attempt);
    }

    public void OnFailure(Attempt attempt)
    {
        servers[attempt.Order].MarkSuspect(Clock.Milliseconds());
        End(attempt);
    }

    public void OnDue(long now)
    {
        if (disposed) return;
        if (!replied)
        {
            if (negative is not null && now >= begun + BelieveNegativeAfter) Reply(negative, winner);
            else if (now >= begun + GiveUpAfter) GiveUp(now);
            else if (now >= hedgeAt) AskNext();
            if (!replied && resent < ResendAfter.Length && now >= begun + ResendAfter[resent])
            {
                resent++;
                foreach (var attempt in pending) attempt.Resend();
            }
        }
        else if (now >= begun + LingerFor)
        {
            MarkSilent(now);
        }

        Continue(now);
    }

    public void Dispose()
    {
        if (disposed) return;
        disposed = true;
        DueAt = 0;
        foreach (var attempt in pending) attempt.Dispose();
        pending.Clear();
        pool.Exchanges--;
        if (!replied) resolver.OnReplied();
        resolver.OnEnd(this);
    }

    private bool IsEarlierPending(int order) => pending.Exists(attempt => attempt.Order < order && !servers[attempt.Order].IsSuspect);

    private void End(Attempt attempt)
    {
        attempt.Dispose();
        pending.Remove(attempt);
        if (disposed) return;
        var now = Clock.Milliseconds();
        if (!replied && negative is not null && !IsEarlierPending(winner)) Reply(negative, winner);
        if (!replied && negative is null) AskNext();
        Continue(now);
    }

    /// <summary>Asks the first server that was not asked yet, the ones that were silent last; one that cannot be reached is passed over.</summary>
    private void AskNext()
    {
        hedgeAt = long.MaxValue;
        foreach (var suspects in (ReadOnlySpan<bool>)[false, true])
        {
            for (var i = 0; i < servers.Count; i++)
            {
                if (tried[i] || servers[i].IsSuspect != suspects || !Ask(i)) continue;
                hedgeAt = Clock.Milliseconds() + HedgeAfter;
                return;
            }
        }
    }

    private bool Ask(int order)
    {
        tried[order] = true;
        FileDescriptor socket;
        try
        {
            var server = servers[order].Address;
            socket = resolver.OpenUpstream(IsStream ? SocketTransport.Tcp : SocketTransport.Udp, server.Family);
        }
        catch (LinuxException)
        {
            // No descriptors left, or no such family: to the client a server that fails.
            return false;
        }

        var id = DnsHeader.RandomId();
        Attempt attempt;
        bool begun;
        if (IsStream)
        {
            var stream = new StreamAttempt(this, loop.Poll, socket, order, id);
            (attempt, begun) = (stream, stream.TryBegin(servers[order].Address));
        }
        else
        {
            var datagram = new DatagramAttempt(this, loop.Poll, socket, order, id);
            (attempt, begun) = (datagram, datagram.TryBegin(servers[order].Address));
        }

        if (begun) pending.Add(attempt);
        else attempt.Dispose();
        return begun;
    }

    private void GiveUp(long now)
    {
        MarkSilent(now);
        ReplyFailure();
    }

    private void MarkSilent(long now)
    {
        foreach (var attempt in pending)
        {
            servers[attempt.Order].MarkSuspect(now);
            attempt.Dispose();
        }

        pending.Clear();
    }

    private void ReplyFailure()
    {
        if (failure is not null)
        {
            Reply(failure, servers.Count);
            return;
        }

        var buffer = pool.AnswerBuffer;
        DnsHeader.WriteResponse(query, ResponseCode.ServerFailure, truncated: false, buffer);
        Question.CopyTo(buffer.AsSpan(DnsHeader.Size));
        DnsHeader.SetCount(buffer, 0, 1);
        Reply(buffer.AsSpan(0, DnsHeader.Size + questionLength), servers.Count);
    }

    private void Reply(ReadOnlySpan<byte> message, int order)
    {
        replied = true;
        winner = order;
        resolver.OnReplied();
        var answer = pool.AnswerBuffer.AsSpan(0, message.Length);
        message.CopyTo(answer);
        DnsHeader.SetId(answer, DnsHeader.Id(query));
        if (!IsStream && answer.Length > datagramLimit) answer = Truncate(answer);
        querier.Reply(answer);
    }

    // A server that sends more than was asked for: the client gets to know that there is more, and comes over TCP.
    private Span<byte> Truncate(Span<byte> answer)
    {
        var code = DnsHeader.Code(answer);
        DnsHeader.WriteResponse(query, code, truncated: true, answer);
        DnsHeader.SetCount(answer, 0, 1);
        Question.CopyTo(answer[DnsHeader.Size..]);
        return answer[..(DnsHeader.Size + questionLength)];
    }

    /// <summary>Waits for what comes next, or ends.</summary>
    private void Continue(long now)
    {
        if (disposed) return;
        if (!replied && pending.Count == 0 && negative is null) ReplyFailure();
        if (replied)
        {
            // The ones that were to answer first may still do so, and are then no suspects.
            for (var i = pending.Count - 1; i >= 0; i--)
            {
                if (pending[i].Order < winner && pool.HasRoom) continue;
                pending[i].Dispose();
                pending.RemoveAt(i);
            }

            if (pending.Count == 0)
            {
                Dispose();
                return;
            }
        }

        var due = replied ? begun + LingerFor : Math.Min(
            Math.Min(hedgeAt, begun + GiveUpAfter),
            Math.Min(
                negative is null ? long.MaxValue : begun + BelieveNegativeAfter,
                resent < ResendAfter.Length ? begun + ResendAfter[resent] : long.MaxValue));
        due = Math.Max(due, now + 1);
        if (due == DueAt) return;
        DueAt = due;
        loop.Schedule(this);
    }
}
