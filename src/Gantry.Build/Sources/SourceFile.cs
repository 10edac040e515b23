using Gantry.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Build.Sources;

/// <summary>A file of a tree, opened: a file of its own, or a part of one that holds many.</summary>
/// <param name="size">How many bytes it has at most; it may have been cut since.</param>
/// <param name="release">Gives the handle back.</param>
public sealed class SourceFile(SafeFileHandle handle, long offset, long size, Action release) : IDisposable
{
    private bool disposed;

    /// <summary>A file of its own, whose handle is closed with this.</summary>
    public static SourceFile Of(SafeFileHandle handle) => new(handle, 0, handle.Stat().Size, handle.Dispose);

    public long Size => size;

    /// <returns>How many bytes came; 0 at the end.</returns>
    public int Read(Span<byte> buffer, long position) =>
        handle.ReadAt(buffer[..(int)Math.Clamp(size - position, 0, buffer.Length)], offset + position);

    /// <summary>A stream over it, which disposes of it.</summary>
    public Stream OpenStream() => new Reader(this);

    public void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            release();
        }
    }

    private sealed class Reader(SourceFile file) : Stream
    {
        private long position;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => file.Size;

        public override long Position
        {
            get => position;
            set => position = value;
        }

        public override int Read(Span<byte> buffer)
        {
            var count = file.Read(buffer, position);
            position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override long Seek(long offset, SeekOrigin origin) => position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => position + offset,
            _ => Length + offset,
        };

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                file.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
