using Gantry.Client.Transport;

namespace Gantry.Client;

/// <summary>
/// A connection taken over from HTTP by attach or exec: the process's input and output. Reading and writing are independent.
/// </summary>
public sealed class HijackedStream : Stream
{
    private readonly DaemonConnection _connection;

    internal HijackedStream(DaemonConnection connection, bool? multiplexed) => (_connection, IsMultiplexed) = (connection, multiplexed);

    /// <summary>Whether output comes as Docker's frames of stdout and stderr; null where the daemon does not say (API below 1.42).</summary>
    public bool? IsMultiplexed { get; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Ends the process's input; its output can still be read.</summary>
    public void CloseWrite() => _connection.ShutdownWrite();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _connection.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _connection.ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = _connection.ReadAsync(buffer.AsMemory(offset, count), CancellationToken.None);
        return read.IsCompletedSuccessfully ? read.Result : read.AsTask().GetAwaiter().GetResult();
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _connection.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _connection.WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count)
    {
        var write = _connection.WriteAsync(buffer.AsMemory(offset, count), CancellationToken.None);
        if (!write.IsCompletedSuccessfully) write.AsTask().GetAwaiter().GetResult();
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _connection.Dispose();
        base.Dispose(disposing);
    }
}
