using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Gantry.Images.Pulling;
using Gantry.Spec;
using Gantry.Spec.Distribution;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Images;

internal sealed partial class ImageService
{
    private const int ProgressBuffer = 256;

    public IAsyncEnumerable<ProgressMessage> PullAsync(
        string fromImage, string? tag, string? platform, AuthConfig? auth, CancellationToken cancellationToken)
    {
        var reference = ImageReference.Parse(fromImage);
        if (tag is { Length: > 0 })
        {
            reference = Digest.TryParse(tag, out var digest) ? reference.NameOnly().WithDigest(digest) : reference.NameOnly().WithTag(tag);
        }

        var wanted = platform is { Length: > 0 } ? Platform.Parse(platform) : null;
        return ReportAsync(
            async (progress, token) =>
            {
                var credentials = ToRegistryAuth(auth);
                try
                {
                    await (reference.IsNameOnly
                        ? store.PullAllAsync(reference, wanted, credentials, progress, token)
                        : store.PullAsync(reference, wanted, credentials, progress, token)).ConfigureAwait(false);
                }
                catch (UnauthorizedException e)
                {
                    // Docker's command line answers a 401 by asking for a name and a password, even where nobody can type them.
                    throw new NotFoundException(e.Message, e);
                }

                events.Publish("pull", reference.Familiar, reference.FamiliarName);
            },
            cancellationToken);
    }

    internal static RegistryAuth? ToRegistryAuth(AuthConfig? auth) => auth is null ? null : new()
    {
        Username = auth.Username,
        Password = auth.Password,
        IdentityToken = auth.IdentityToken,
        RegistryToken = auth.RegistryToken,
    };

    /// <summary>Runs an operation and gives its progress as it comes; a failure after the first message is the last message.</summary>
    private static async IAsyncEnumerable<ProgressMessage> ReportAsync(
        Func<ProgressSink, CancellationToken, Task> work, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<ProgressMessage>(new BoundedChannelOptions(ProgressBuffer)
        {
            // A client that reads slowly misses positions of bars, nothing else.
            FullMode = BoundedChannelFullMode.DropOldest,
            SingleReader = true,
        });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var working = RunAsync(work, channel.Writer, stop.Token);
        var said = false;
        try
        {
            await foreach (var message in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                said = true;
                yield return message;
            }
        }
        finally
        {
            if (!working.IsCompleted)
            {
                // The client went away: so does the operation, before its inputs do.
                await stop.CancelAsync().ConfigureAwait(false);
                await Task.WhenAny(working).ConfigureAwait(false);
            }
        }

        if (await working.ConfigureAwait(false) is { } failure)
        {
            yield return said ? ProgressMessage.Failure(failure.Message) : throw failure;
        }
    }

    private static async Task<GantryException?> RunAsync(
        Func<ProgressSink, CancellationToken, Task> work, ChannelWriter<ProgressMessage> writer, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            await work(new ProgressSink(writer), cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (GantryException e)
        {
            return e;
        }
        catch (Exception e) when (e is IOException or Linux.LinuxException or UnauthorizedAccessException)
        {
            return new InternalException(e.Message, e);
        }
        finally
        {
            writer.TryComplete();
        }
    }

    private sealed class ProgressSink(ChannelWriter<ProgressMessage> writer) : IProgress<PullProgress>
    {
        public void Write(ProgressMessage message) => writer.TryWrite(message);

        public void Report(PullProgress value)
        {
            var detail = value is { Id: not null, HasBar: true } ? new ProgressDetail { Current = value.Current ?? 0, Total = value.Total ?? 0 } : null;
            Write(new ProgressMessage { Id = value.Id, Status = value.Status, ProgressDetail = detail, Progress = detail?.ToString() });
        }
    }
}
