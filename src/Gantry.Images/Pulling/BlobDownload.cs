using Gantry.Images.Content;
using Gantry.Images.Registry;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images.Pulling;

/// <summary>Brings one blob into a <see cref="BlobWriter"/>, from where it stopped, as often as the network needs it.</summary>
internal static class BlobDownload
{
    private const int BufferSize = 128 * 1024;

    public static async Task RunAsync(RegistrySession session, Descriptor blob, BlobWriter writer, Action<long> progress, CancellationToken cancellationToken)
    {
        for (var attempt = 1; writer.Written < writer.Size; attempt++)
        {
            var before = writer.Written;
            try
            {
                await ReadAsync(session, blob, writer, progress, cancellationToken).ConfigureAwait(false);
                if (writer.Written < writer.Size)
                {
                    throw new HttpIOException(HttpRequestError.ResponseEnded, $"the answer ended after {writer.Written} of {writer.Size} bytes");
                }
            }
            catch (Exception e) when (RegistrySession.IsTemporary(e, cancellationToken))
            {
                attempt = writer.Written > before ? 1 : attempt;
                if (attempt >= session.Options.Attempts)
                {
                    throw session.NoAnswer(e);
                }

                await session.PauseAsync(attempt, null, cancellationToken).ConfigureAwait(false);
            }
        }

        writer.Commit();
    }

    private static async Task ReadAsync(RegistrySession session, Descriptor blob, BlobWriter writer, Action<long> progress, CancellationToken cancellationToken)
    {
        var (response, offset) = await session.OpenBlobAsync(blob.Digest, writer.Written, cancellationToken).ConfigureAwait(false);
        using (response)
        {
            if (offset > writer.Written)
            {
                throw new InternalException($"registry gave layer {blob.Digest} of {session.Reference.Familiar} from byte {offset} instead of {writer.Written}");
            }

            using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            using var rented = new RentedBuffer(BufferSize);
            using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var skip = writer.Written - offset;
            while (true)
            {
                idle.CancelAfter(session.Options.IdleTimeout);
                var read = await stream.ReadAsync(rented.Memory, idle.Token).ConfigureAwait(false);
                if (read == 0)
                {
                    return;
                }

                var known = (int)Math.Min(skip, read);
                skip -= known;
                if (known < read)
                {
                    writer.Append(rented.Span[known..read]);
                    progress(writer.Written);
                }
            }
        }
    }
}
