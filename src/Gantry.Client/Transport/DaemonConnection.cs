namespace Gantry.Client.Transport;

/// <summary>One wire with a read buffer. Used by one request at a time; a hijacked one is read and written concurrently.</summary>
internal sealed class DaemonConnection(Wire wire) : IDisposable
{
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    public bool Reused { get; set; }

    /// <summary>That takes the requests in the daemon's place; null where the daemon does.</summary>
    public DaemonProxy? Proxy { get; init; }

    /// <summary>Bytes were received that no one has read.</summary>
    public bool HasBuffered => _start < _end;

    /// <summary>The peer closed an idle connection, or sent what nobody asked for.</summary>
    public bool IsStale => HasBuffered || wire.IsStale;

    public ReadOnlySpan<byte> Buffered => _buffer.AsSpan(_start, _end - _start);

    public void Consume(int count) => _start += count;

    /// <summary>Reads more bytes behind those buffered. False at the end of the stream.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start == _end) _start = _end = 0;
        if (_end == _buffer.Length)
        {
            if (_start == 0) throw new InvalidDataException("the response head is longer than 16 KiB");
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var count = await wire.ReceiveAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += count;
        return count > 0;
    }

    /// <summary>Reads what is buffered, or from the wire. 0 at the end of the stream.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (HasBuffered)
        {
            var count = Math.Min(destination.Length, _end - _start);
            _buffer.AsSpan(_start, count).CopyTo(destination.Span);
            _start += count;
            return new ValueTask<int>(count);
        }

        return wire.ReceiveAsync(destination, cancellationToken);
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken) => wire.SendAsync(source, cancellationToken);

    public void ShutdownWrite() => wire.ShutdownWrite();

    public void Dispose() => wire.Dispose();
}
