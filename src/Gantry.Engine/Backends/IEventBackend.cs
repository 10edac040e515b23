using Gantry.Spec.Engine;

namespace Gantry.Engine.Backends;

/// <summary>What the events endpoint asks of the engine.</summary>
public interface IEventBackend
{
    /// <summary>Past events since <paramref name="since"/>, then live ones until <paramref name="until"/> or cancellation. The subscription exists when the first <c>MoveNextAsync</c> begins.</summary>
    IAsyncEnumerable<EventMessage> EventsAsync(DateTimeOffset? since, DateTimeOffset? until, Filters filters, CancellationToken cancellationToken);
}
