namespace Gantry.Client;

/// <summary>Hands on what is written line by line; what has no line end yet comes with the next write, or when it is closed.</summary>
public sealed class LineStream(Action<byte[]> line) : Stream
{
    private readonly MemoryStream _open = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        for (var end = buffer.IndexOf((byte)'\n'); end >= 0; end = buffer.IndexOf((byte)'\n'))
        {
            _open.Write(buffer[..end]);
            HandOn();
            buffer = buffer[(end + 1)..];
        }

        _open.Write(buffer);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && _open.Length > 0) HandOn();
        base.Dispose(disposing);
    }

    private void HandOn()
    {
        line(_open.ToArray());
        _open.SetLength(0);
    }
}
