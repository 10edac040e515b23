using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Gantry.Engine.Backends;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Events;

/// <summary>
/// Tells subscribers what happens and remembers the last <see cref="HistoryLength"/> events. A subscriber that does not
/// read loses the oldest of <see cref="BufferLength"/> events rather than hold anybody up.
/// </summary>
internal sealed class EventBus(TimeProvider time) : IEventBackend
{
    private const int HistoryLength = 256;
    private const int BufferLength = 4096;
    private readonly Lock gate = new();
    private readonly Queue<EventMessage> history = new();
    private Channel<EventMessage>[] subscribers = [];

    public int SubscriberCount => subscribers.Length;

    public void Publish(string type, string action, string id, Dictionary<string, string>? attributes, string? from = null)
    {
        var now = time.GetUtcNow();
        var nanoseconds = (now - DateTimeOffset.UnixEpoch).Ticks * 100;
        var legacy = type is "container" or "image";
        Publish(new EventMessage
        {
            Status = legacy ? action : null,
            Id = legacy ? id : null,
            From = from,
            Type = type,
            Action = action,
            Actor = new() { ID = id, Attributes = attributes ?? [] },
            Scope = "local",
            Time = nanoseconds / 1_000_000_000,
            TimeNano = nanoseconds,
        });
    }

    public async IAsyncEnumerable<EventMessage> EventsAsync(
        DateTimeOffset? since, DateTimeOffset? until, Filters filters, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = new EventFilter(filters);
        var channel = Channel.CreateBounded<EventMessage>(new BoundedChannelOptions(BufferLength)
        {
            FullMode = BoundedChannelFullMode.DropOldest,
            SingleReader = true,
        });
        var past = Subscribe(channel, since is not null || until is not null);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            foreach (var message in past)
            {
                if (IsWithin(message, since, until) && filter.Matches(message))
                {
                    yield return message;
                }
            }

            if (until is { } limit)
            {
                var left = limit - time.GetUtcNow();
                if (left <= TimeSpan.Zero)
                {
                    yield break;
                }

                end.CancelAfter(left);
            }

            while (await ReadyAsync(channel.Reader, end.Token, cancellationToken).ConfigureAwait(false))
            {
                while (channel.Reader.TryRead(out var message))
                {
                    if (IsWithin(message, since: null, until) && filter.Matches(message))
                    {
                        yield return message;
                    }
                }
            }
        }
        finally
        {
            Unsubscribe(channel);
        }
    }

    private static async ValueTask<bool> ReadyAsync(ChannelReader<EventMessage> reader, CancellationToken end, CancellationToken caller)
    {
        try
        {
            return await reader.WaitToReadAsync(end).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            return false;
        }
    }

    private static bool IsWithin(EventMessage message, DateTimeOffset? since, DateTimeOffset? until)
    {
        var at = DateTimeOffset.UnixEpoch.AddTicks(message.TimeNano / 100);
        return (since is null || at >= since) && (until is null || at <= until);
    }

    private void Publish(EventMessage message)
    {
        lock (gate)
        {
            if (history.Count == HistoryLength)
            {
                history.Dequeue();
            }

            history.Enqueue(message);
            foreach (var subscriber in subscribers)
            {
                subscriber.Writer.TryWrite(message);
            }
        }
    }

    private EventMessage[] Subscribe(Channel<EventMessage> channel, bool withHistory)
    {
        lock (gate)
        {
            subscribers = [.. subscribers, channel];
            return withHistory ? [.. history] : [];
        }
    }

    private void Unsubscribe(Channel<EventMessage> channel)
    {
        lock (gate)
        {
            subscribers = [.. subscribers.Where(other => other != channel)];
        }
    }
}
