using Gantry.Images.Content;
using Gantry.Spec;

namespace Gantry.Images.Layers;

/// <summary>Reads in large pieces and shows the first bytes without taking them.</summary>
internal sealed class HeadedStream : ForwardStream
{
    private const int HeadLength = 6;
    private readonly RentedBuffer buffer = new(128 * 1024);
    private readonly Stream source;
    private int start;
    private int end;
    private long position;
    private bool disposed;

    public HeadedStream(Stream source)
    {
        this.source = source;
        end = source.ReadAtLeast(buffer.Span, HeadLength, throwOnEndOfStream: false);
    }

    /// <summary>How much was read: xz pads its blocks by it.</summary>
    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    public ReadOnlySpan<byte> Head => buffer.Span[..Math.Min(end, HeadLength)];

    /// <summary>Reads over bytes that are zero.</summary>
    /// <returns>Whether others come after them.</returns>
    public bool SkipZeros()
    {
        while (Fill())
        {
            if (buffer.Array[start] != 0)
            {
                return true;
            }

            start++;
            position++;
        }

        return false;
    }

    public override int Read(Span<byte> destination)
    {
        if (start == end && destination.Length >= buffer.Array.Length)
        {
            var count = source.Read(destination);
            position += count;
            return count;
        }

        if (!Fill())
        {
            return 0;
        }

        var length = Math.Min(end - start, destination.Length);
        buffer.Span.Slice(start, length).CopyTo(destination);
        start += length;
        position += length;
        return length;
    }

    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !disposed)
        {
            disposed = true;
            buffer.Dispose();
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>False at the end.</summary>
    private bool Fill()
    {
        if (start == end)
        {
            (start, end) = (0, source.Read(buffer.Span));
        }

        return start < end;
    }
}
