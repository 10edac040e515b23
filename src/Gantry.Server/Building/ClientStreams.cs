using System.Collections.Concurrent;
using Gantry.Build.Outputs;
using Gantry.Build.Solving;
using Gantry.Server.Http;
using Gantry.Spec;

namespace Gantry.Server.Building;

/// <summary>
/// What builds write for their clients: the client asks for it under a name of its own making, and the build meets the
/// request there, whoever of both comes first. Nothing is kept in between.
/// </summary>
internal sealed class ClientStreams
{
    private readonly ConcurrentDictionary<string, Meeting> meetings = new(StringComparer.Ordinal);

    /// <summary>Sends an archive to the client that asks for it.</summary>
    public TakeArchive To(string name) => async (write, report, cancellationToken) =>
    {
        var meeting = meetings.GetOrAdd(name, static _ => new());
        try
        {
            await meeting.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            meetings.TryRemove(name, out var _);
        }
    };

    /// <summary>Sends the files of a build as a tar.</summary>
    public Func<IReadOnlyList<BuiltTree>, StepReport, CancellationToken, Task> TreesTo(string name) =>
        (trees, report, cancellationToken) => To(name)((stream, token) => TreeTar.WriteAsync(trees, stream, token), report, cancellationToken);

    /// <summary>Answers a client with what a build writes under a name.</summary>
    public async Task ServeAsync(string name, ApiRequest request)
    {
        var meeting = meetings.GetOrAdd(name, static _ => new());
        try
        {
            request.Http.Response.ContentType = "application/x-tar";
            await meeting.ServeAsync(request.Http.Response.Body, request.Aborted).ConfigureAwait(false);
        }
        finally
        {
            meetings.TryRemove(name, out _);
        }
    }

    private sealed class Meeting
    {
        private const int Met = 1;
        private const int Left = 2;
        private readonly TaskCompletionSource<(Stream Target, CancellationToken Aborted)> client = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int state;

        public async Task WriteAsync(Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
        {
            var (target, aborted) = await client.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (Interlocked.CompareExchange(ref state, Met, 0) != 0)
            {
                throw Gone();
            }

            try
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, aborted);
                await write(target, either.Token).ConfigureAwait(false);
                done.SetResult();
            }
            catch (Exception e)
            {
                // The client must not take for whole what is not.
                done.SetException(e);
                throw aborted.IsCancellationRequested && !cancellationToken.IsCancellationRequested ? Gone() : e;
            }
        }

        /// <summary>Returns when nobody writes any more.</summary>
        public async Task ServeAsync(Stream target, CancellationToken aborted)
        {
            if (!client.TrySetResult((target, aborted)))
            {
                throw new ConflictException("another client takes what this build writes");
            }

            using var leaving = aborted.Register(() =>
            {
                if (Interlocked.CompareExchange(ref state, Left, 0) == 0)
                {
                    done.TrySetCanceled(aborted);
                }
            });
            await done.Task.ConfigureAwait(false);
        }

        private static UnavailableException Gone() => new("the client stopped taking what was built");
    }
}
