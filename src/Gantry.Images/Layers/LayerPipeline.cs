using System.Buffers;
using System.Security.Cryptography;
using Gantry.Images.Layers.Tar;
using Gantry.Spec;

namespace Gantry.Images.Layers;

/// <summary>
/// Uncompresses and hashes a layer on a thread of its own, a few blocks ahead of whoever reads the result: a large
/// layer keeps two processors busy.
/// </summary>
internal sealed class LayerPipeline : ForwardStream
{
    private const int BlockSize = 256 * 1024;
    private const int BlocksAhead = 8;
    private readonly BlockQueue blocks = new(BlocksAhead);
    private readonly CancellationTokenSource stopped;
    private readonly Thread producer;
    private readonly Stream source;
    private readonly long limit;
    private Exception? failure;
    private Digest diffId;
    private byte[] block = [];
    private int position;
    private int length;

    public LayerPipeline(Stream compressed, TarLimits limits, CancellationToken cancellationToken)
    {
        source = compressed;
        limit = limits.Stream;
        stopped = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        producer = new Thread(Produce, 512 * 1024) { IsBackground = true, Name = "layer" };
        producer.Start();
    }

    /// <summary>Bytes handed out so far.</summary>
    public long Total { get; private set; }

    /// <summary>Told the bytes handed out, once for each block.</summary>
    public Action<long>? Progress { get; init; }

    /// <summary>The digest of the uncompressed stream; valid once <see cref="Read(Span{byte})"/> has returned 0.</summary>
    public Digest DiffId => diffId;

    public override int Read(Span<byte> buffer)
    {
        while (position == length)
        {
            if (block.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(block);
                block = [];
            }

            stopped.Token.ThrowIfCancellationRequested();
            if (!blocks.TryTake(out var next))
            {
                return failure is null ? 0 : throw Translate(failure);
            }

            (block, length) = next;
            position = 0;
            Progress?.Invoke(Total);
        }

        var count = Math.Min(buffer.Length, length - position);
        block.AsSpan(position, count).CopyTo(buffer);
        position += count;
        Total += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            stopped.Cancel();
            blocks.End();
            // Wakes a producer that waits for bytes which nobody will bring.
            source.Dispose();
            producer.Join();
            stopped.Dispose();
        }

        base.Dispose(disposing);
    }

    private static Exception Translate(Exception failure) => failure switch
    {
        GantryException or OperationCanceledException or IOException => failure,
        InvalidDataException or ZstdSharp.ZstdException => new InvalidArgumentException($"compressed data are damaged: {failure.Message}", failure),
        _ => new InternalException($"layer cannot be read: {failure.Message}", failure),
    };

    private void Produce()
    {
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var uncompressed = LayerCompression.Open(source);
            long total = 0;
            while (true)
            {
                stopped.Token.ThrowIfCancellationRequested();
                var next = ArrayPool<byte>.Shared.Rent(BlockSize);
                var filled = uncompressed.ReadAtLeast(next.AsSpan(0, BlockSize), BlockSize, throwOnEndOfStream: false);
                if (filled == 0)
                {
                    ArrayPool<byte>.Shared.Return(next);
                    break;
                }

                total += filled;
                if (total > limit)
                {
                    throw new InvalidArgumentException($"layer is larger than {limit} bytes uncompressed");
                }

                hash.AppendData(next.AsSpan(0, filled));
                if (!blocks.TryAdd(next, filled))
                {
                    throw new OperationCanceledException("nobody reads on");
                }
            }

            diffId = Digest.FromHash(hash.GetHashAndReset());
        }
        catch (Exception e)
        {
            failure = e;
        }
        finally
        {
            blocks.End();
        }
    }
}
