using Gantry.Engine.Backends;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Streams;

/// <summary>A session whose output begins with what the log holds.</summary>
internal sealed class ReplaySession(ContainerAttachSession session, MemoryStream replay) : AttachSession
{
    public override bool IsTerminal => session.IsTerminal;

    public override DetachKeys? DetachKeys => session.DetachKeys;

    public override void Detached() => session.Detached();

    public override Stream Output { get; } = new ConcatenatedStream(replay, session.Output);

    public override Task Ended => session.Ended;

    public override Stream? Input => session.Input;

    public override ValueTask CloseInputAsync(CancellationToken cancellationToken) => session.CloseInputAsync(cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await replay.DisposeAsync().ConfigureAwait(false);
        await session.DisposeAsync().ConfigureAwait(false);
    }
}

/// <summary>Reads one stream to its end and then another.</summary>
internal sealed class ConcatenatedStream(Stream first, Stream second) : AsyncForwardStream
{
    private Stream current = first;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await current.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (count > 0 || current == second)
        {
            return count;
        }

        current = second;
        return await current.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
    }
}
