using System.Security.Cryptography;
using Gantry.Spec;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Images.Content;

/// <summary>A new file that is hashed while it is written; small pieces are put together.</summary>
internal sealed class HashingFile(string path) : Stream
{
    private const int BufferSize = 64 * 1024;
    private readonly SafeFileHandle handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] pending = new byte[BufferSize];
    private long written;
    private int filled;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => written + filled;

    /// <summary>Bytes written; valid after <see cref="Finish"/> too.</summary>
    public override long Position
    {
        get => written + filled;
        set => throw new NotSupportedException();
    }

    public Digest Finish()
    {
        Flush();
        return Digest.FromHash(hash.GetHashAndReset());
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (filled + buffer.Length > BufferSize)
        {
            Flush();
        }

        if (buffer.Length >= BufferSize)
        {
            Put(buffer);
            return;
        }

        buffer.CopyTo(pending.AsSpan(filled));
        filled += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        Put(pending.AsSpan(0, filled));
        filled = 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Put(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(handle, bytes, written);
        hash.AppendData(bytes);
        written += bytes.Length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            handle.Dispose();
            hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
