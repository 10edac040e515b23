using System.Net;
using System.Net.Http.Headers;
using Gantry.Images.Content;

namespace Gantry.Images.Registry;

/// <summary>A part of a blob as the body of a request.</summary>
internal sealed class BlobContent : HttpContent
{
    private const int BufferSize = 128 * 1024;
    private readonly Func<FileStream> open;
    private readonly long offset;
    private readonly long length;
    private readonly Action<long> progress;

    /// <param name="open">The whole blob; the content disposes it.</param>
    /// <param name="progress">Told how many bytes of the blob are on their way.</param>
    public BlobContent(Func<FileStream> open, long offset, long length, Action<long> progress)
    {
        (this.open, this.offset, this.length, this.progress) = (open, offset, length, progress);
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        Headers.ContentLength = length;
    }

    /// <summary>Called whenever bytes went out: a slow upload is no silent one.</summary>
    public Action? Moving { get; set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var blob = open();
        blob.Position = offset;
        using var rented = new RentedBuffer(BufferSize);
        long sent = 0;
        while (sent < length)
        {
            var read = await blob.ReadAsync(rented.Memory[..(int)Math.Min(rented.Array.Length, length - sent)], cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw new EndOfStreamException($"blob ended after {offset + sent} of {offset + length} bytes");
            }

            await stream.WriteAsync(rented.Memory[..read], cancellationToken).ConfigureAwait(false);
            sent += read;
            progress(offset + sent);
            Moving?.Invoke();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = this.length;
        return true;
    }
}
