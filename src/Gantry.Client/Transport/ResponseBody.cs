using System.Buffers.Text;
using Gantry.Spec;

namespace Gantry.Client.Transport;

/// <summary>The body of one response. Read to its end, it gives the connection back for the next request; disposed earlier, it closes it.</summary>
internal sealed class ResponseBody : AsyncForwardStream
{
    private enum Framing { None, Length, Chunked, UntilClose }

    private readonly DaemonConnection _connection;
    private readonly ConnectionPool _pool;
    private readonly bool _keepAlive;
    private readonly Framing _framing;
    private long _left;
    private bool _inChunks;
    private bool _done;

    public ResponseBody(DaemonConnection connection, ConnectionPool pool, ResponseHead head, bool bodiless)
    {
        (_connection, _pool) = (connection, pool);
        _keepAlive = !head.IsHttp10 && !string.Equals(head["Connection"], "close", StringComparison.OrdinalIgnoreCase);
        if (bodiless || head.Status is 204 or 304 or < 200)
        {
            _framing = Framing.None;
        }
        else if (string.Equals(head["Transfer-Encoding"], "chunked", StringComparison.OrdinalIgnoreCase))
        {
            _framing = Framing.Chunked;
        }
        else if (long.TryParse(head["Content-Length"], out _left))
        {
            _framing = _left == 0 ? Framing.None : Framing.Length;
        }
        else
        {
            _framing = Framing.UntilClose;
        }

        if (_framing == Framing.None) Finish(_keepAlive);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_done || buffer.Length == 0) return 0;
        if (_framing == Framing.Chunked && _left == 0 && !await NextChunkAsync(cancellationToken).ConfigureAwait(false))
        {
            Finish(_keepAlive);
            return 0;
        }

        if (_framing != Framing.UntilClose && buffer.Length > _left) buffer = buffer[..(int)_left];
        var count = await _connection.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (count == 0)
        {
            Finish(false);
            return _framing == Framing.UntilClose ? 0 : throw new EndOfStreamException("unexpected EOF");
        }

        if (_framing == Framing.UntilClose) return count;
        _left -= count;
        if (_left == 0 && _framing == Framing.Length) Finish(_keepAlive);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) Finish(false);
        base.Dispose(disposing);
    }

    private void Finish(bool reuse)
    {
        if (_done) return;
        _done = true;
        if (reuse) _pool.Return(_connection);
        else _connection.Dispose();
    }

    // RFC 9112, 7.1: chunk-size [ext] CRLF data CRLF … 0 CRLF trailers CRLF
    private async ValueTask<bool> NextChunkAsync(CancellationToken cancellationToken)
    {
        if (_inChunks) await ReadLineAsync(cancellationToken).ConfigureAwait(false);
        _inChunks = true;
        _left = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
        if (_left > 0) return true;
        while (await ReadLineAsync(cancellationToken, wantLength: true).ConfigureAwait(false) > 0)
        {
        }

        return false;
    }

    /// <summary>One line: its hexadecimal number, or its length.</summary>
    private async ValueTask<long> ReadLineAsync(CancellationToken cancellationToken, bool wantLength = false)
    {
        int end;
        while ((end = _connection.Buffered.IndexOf((byte)'\n')) < 0)
        {
            if (!await _connection.FillAsync(cancellationToken).ConfigureAwait(false))
            {
                Finish(false);
                throw new EndOfStreamException("unexpected EOF");
            }
        }

        var line = _connection.Buffered[..end].TrimEnd((byte)'\r');
        long result = line.Length;
        if (!wantLength && line.Length > 0 && !Utf8Parser.TryParse(line, out result, out _, 'x'))
        {
            throw new InvalidDataException("malformed chunked encoding");
        }

        _connection.Consume(end + 1);
        return result;
    }
}
