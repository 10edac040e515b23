using Gantry.Engine.Backends;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Streams;

/// <summary>A session whose output begins with what the log holds.</summary>
internal sealed class ReplaySession(ContainerAttachSession session, MemoryStream replay) : AttachSession
{
    public override bool IsTerminal => session.IsTerminal;

    public override DetachKeys? DetachKeys => session.DetachKeys;

    public override void Detached() => session.Detached();

    public override Stream Output { get; } = new ConcatenatedStream(replay, session.Output);

    public override Stream? Input => session.Input;

    public override ValueTask CloseInputAsync(CancellationToken cancellationToken) => session.CloseInputAsync(cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await replay.DisposeAsync().ConfigureAwait(false);
        await session.DisposeAsync().ConfigureAwait(false);
    }
}

/// <summary>Reads one stream to its end and then another.</summary>
internal sealed class ConcatenatedStream(Stream first, Stream second) : Stream
{
    private Stream current = first;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

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

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
