using Gantry.Images.Content;
using Gantry.Spec;

namespace Gantry.Images.Registry;

internal static class BoundedBody
{
    /// <summary>A whole answer that may have at most <paramref name="limit"/> bytes.</summary>
    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, int limit, string subject, CancellationToken cancellationToken)
    {
        using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return await ReadAsync(stream, limit, subject, cancellationToken).ConfigureAwait(false);
    }

    public static async Task<byte[]> ReadAsync(Stream stream, int limit, string subject, CancellationToken cancellationToken)
    {
        using var result = new MemoryStream();
        using var rented = new RentedBuffer(64 * 1024);
        int read;
        while ((read = await stream.ReadAsync(rented.Memory, cancellationToken).ConfigureAwait(false)) > 0)
        {
            result.Write(rented.Span[..read]);
            if (result.Length > limit)
            {
                throw new InvalidArgumentException($"{subject} is larger than {limit} bytes");
            }
        }

        return result.ToArray();
    }
}
