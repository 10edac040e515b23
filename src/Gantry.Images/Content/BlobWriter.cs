using System.Security.Cryptography;
using Gantry.Spec;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Images.Content;

/// <summary>A blob on its way in. Bytes are appended and hashed; readers can follow them before the end has come (<see cref="Follow"/>).</summary>
public sealed class BlobWriter : IDisposable
{
    internal const string PartialSuffix = ".partial";
    private readonly string partial;
    private readonly string final;
    private readonly Digest digest;
    private readonly SafeFileHandle handle;
    private readonly IncrementalHash hash;
    private readonly object growth = new();
    private Exception? failure;

    internal BlobWriter(string partial, string final, Digest digest, long size)
    {
        this.partial = partial;
        this.final = final;
        this.digest = digest;
        Size = size;
        handle = File.OpenHandle(partial, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        hash = digest.CreateHash();
        var length = RandomAccess.GetLength(handle);
        if (length > size)
        {
            RandomAccess.SetLength(handle, 0);
            return;
        }

        using var rented = new RentedBuffer(256 * 1024);
        int read;
        while ((read = RandomAccess.Read(handle, rented.Span, Written)) > 0)
        {
            hash.AppendData(rented.Span[..read]);
            Written += read;
        }
    }

    public long Size { get; }

    /// <summary>How many bytes are there; more than 0 at the start where an earlier try was cut off.</summary>
    public long Written { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (Written + bytes.Length > Size)
        {
            throw new InternalException($"content {digest} is larger than the {Size} bytes it was said to have");
        }

        RandomAccess.Write(handle, bytes, Written);
        hash.AppendData(bytes);
        lock (growth)
        {
            Written += bytes.Length;
            Monitor.PulseAll(growth);
        }
    }

    /// <summary>Verifies size and digest and makes the blob visible. Wrong content is removed.</summary>
    public void Commit()
    {
        if (Written != Size)
        {
            throw new InternalException($"content {digest} ended after {Written} of {Size} bytes");
        }

        var actual = Digest.FromHash(hash.GetHashAndReset());
        if (actual != digest)
        {
            File.Delete(partial);
            throw new InternalException($"content {digest} is corrupted: what came has digest {actual}");
        }

        RandomAccess.FlushToDisk(handle);
        ContentStore.Publish(partial, final);
    }

    /// <summary>Tells followers that no more will come.</summary>
    public void Fail(Exception cause)
    {
        lock (growth)
        {
            failure = cause;
            Monitor.PulseAll(growth);
        }
    }

    /// <summary>A stream over the bytes from the first to the last, which waits where the writer is not so far yet. Valid until this is disposed.</summary>
    public Stream Follow() => new Follower(this);

    public void Dispose()
    {
        handle.Dispose();
        hash.Dispose();
    }

    private sealed class Follower(BlobWriter writer) : ForwardStream
    {
        private long position;
        private bool closed;

        public override int Read(Span<byte> buffer)
        {
            lock (writer.growth)
            {
                while (position >= writer.Written && writer.Written < writer.Size)
                {
                    ObjectDisposedException.ThrowIf(closed, this);
                    if (writer.failure is { } failure)
                    {
                        throw new OperationCanceledException(failure.Message, failure);
                    }

                    Monitor.Wait(writer.growth);
                }
            }

            var read = RandomAccess.Read(writer.handle, buffer, position);
            position += read;
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                lock (writer.growth)
                {
                    closed = true;
                    Monitor.PulseAll(writer.growth);
                }
            }

            base.Dispose(disposing);
        }
    }
}
