using System.Net;
using Gantry.Images.Registry;
using Gantry.Spec;

namespace Gantry.Images.Pushing;

/// <summary>Takes one blob to a repository, as often as the network needs it: in one request, and after a failure from where the registry stands.</summary>
internal sealed class BlobUpload(RegistrySession session, Digest digest, long size, Func<FileStream> open, Action<long> progress)
{
    /// <summary>What a front end takes that refuses the whole (413).</summary>
    private const long SmallPart = 8 * 1024 * 1024;
    private string? location;
    private long offset;
    private long part = long.MaxValue;

    /// <param name="from">A repository of the same registry that may have it.</param>
    /// <returns>True where it came from that repository.</returns>
    public async Task<bool> RunAsync(string? from, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var before = offset;
            TimeSpan? asked = null;
            try
            {
                location ??= await BeginAsync(from, cancellationToken).ConfigureAwait(false);
                if (location is null)
                {
                    return true;
                }

                await SendAsync(cancellationToken).ConfigureAwait(false);
                return false;
            }
            catch (UploadRefusedException e)
            {
                attempt = e.Status == HttpStatusCode.RequestEntityTooLarge && part > SmallPart ? 0 : attempt;
                if (attempt >= session.Options.Attempts || !MayRetry(e.Status, attempt))
                {
                    throw e.Told;
                }

                (part, asked) = (attempt == 0 ? SmallPart : part, e.RetryAfter);
            }
            catch (Exception e) when (RegistrySession.IsTemporary(e, cancellationToken))
            {
                if (attempt >= session.Options.Attempts)
                {
                    throw session.NoAnswer(e);
                }

                // Some front ends hang up on a body that is too large before they say so.
                part = attempt > 1 && offset == before ? Math.Min(part, SmallPart) : part;
            }

            await session.PauseAsync(Math.Max(attempt, 1), asked, cancellationToken).ConfigureAwait(false);
            await FindOutAsync(cancellationToken).ConfigureAwait(false);
            attempt = offset > before ? 0 : attempt;
        }
    }

    private static bool MayRetry(HttpStatusCode status, int attempt) => attempt == 0
        || status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or HttpStatusCode.RequestedRangeNotSatisfiable or HttpStatusCode.NotFound or >= HttpStatusCode.InternalServerError;

    private async Task<string?> BeginAsync(string? from, CancellationToken cancellationToken)
    {
        try
        {
            return await session.BeginUploadAsync(digest, from, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (from is not null && e is UnauthorizedException or PermissionDeniedException)
        {
            // Who may not read the other repository can still upload.
            return await session.BeginUploadAsync(digest, null, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        // Where something has arrived already, the rest goes as parts: a registry may take the body of the last request for the whole blob.
        while (size > part || offset > 0)
        {
            var length = Math.Min(part, size - offset);
            if (length == 0)
            {
                break;
            }

            location = await session.SendPartAsync(location!, offset, length, new BlobContent(open, offset, length, progress), cancellationToken).ConfigureAwait(false);
            offset += length;
        }

        await session.FinishUploadAsync(location!, digest, new BlobContent(open, offset, size - offset, progress), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks the registry how far it is; an upload that it has forgotten begins again.</summary>
    private async Task FindOutAsync(CancellationToken cancellationToken)
    {
        var found = location is null ? null : await session.FindUploadAsync(location, cancellationToken).ConfigureAwait(false);
        (offset, location) = found is { } stand && stand.Offset <= size ? (stand.Offset, stand.Location) : (0, null);
    }
}
