using System.Security.Cryptography;
using Gantry.Spec;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Images.Content;

/// <summary>A new file that is hashed while it is written.</summary>
internal sealed class HashingFile(string path) : Stream
{
    private readonly SafeFileHandle handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long position;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => position;

    /// <summary>Bytes written; valid after <see cref="Finish"/> too.</summary>
    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    public Digest Finish() => Digest.FromHash(hash.GetHashAndReset());

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        RandomAccess.Write(handle, buffer, position);
        hash.AppendData(buffer);
        position += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

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
