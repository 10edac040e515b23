using System.IO.Pipelines;
using Gantry.Engine.Backends;
using Gantry.Server.Hosting;

namespace Gantry.Server.Streams;

/// <summary>
/// Copies between a client's connection and a container's or exec's streams. The client may close its half (end of input) while
/// output goes on; the end of all output ends the session.
/// </summary>
internal static class AttachPump
{
    private const int ChunkSize = 16 * 1024;

    // After its half-close a client that goes away is noticed only by asking.
    private static readonly TimeSpan PeerCheckInterval = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(RawConnection connection, AttachSession session, TimeProvider clock)
    {
        using var ended = new CancellationTokenSource();
        var input = CopyInputAsync(connection, session, clock, ended);
        try
        {
            await CopyOutputAsync(session.Output, connection.Output, ended.Token).ConfigureAwait(false);
            await session.Ended.WaitAsync(ended.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Either side has gone: the session is over.
        }

        await ended.CancelAsync().ConfigureAwait(false);
        await input.ConfigureAwait(false);
    }

    private static async Task CopyOutputAsync(Stream source, PipeWriter destination, CancellationToken cancellationToken)
    {
        while (true)
        {
            var length = await source.ReadAsync(destination.GetMemory(ChunkSize), cancellationToken).ConfigureAwait(false);
            if (length == 0)
            {
                return;
            }

            destination.Advance(length);
            var flushed = await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (flushed.IsCompleted)
            {
                return;
            }
        }
    }

    private static async Task CopyInputAsync(RawConnection connection, AttachSession session, TimeProvider clock, CancellationTokenSource ended)
    {
        try
        {
            await CopyAllInputAsync(connection.Input, session, ended.Token).ConfigureAwait(false);
            await session.CloseInputAsync(ended.Token).ConfigureAwait(false);
            using var timer = new PeriodicTimer(PeerCheckInterval, clock);
            while (!connection.IsPeerGone())
            {
                await timer.WaitForNextTickAsync(ended.Token).ConfigureAwait(false);
            }

            await ended.CancelAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Output has ended.
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or InvalidOperationException)
        {
            await ended.CancelAsync().ConfigureAwait(false);
        }
    }

    private static async Task CopyAllInputAsync(PipeReader source, AttachSession session, CancellationToken cancellationToken)
    {
        var destination = session.Input;
        while (true)
        {
            var result = await source.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (destination is not null)
            {
                try
                {
                    foreach (var segment in result.Buffer)
                    {
                        await destination.WriteAsync(segment, cancellationToken).ConfigureAwait(false);
                    }

                    await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (IOException)
                {
                    // The process reads no more; it may still write.
                    destination = null;
                }
            }

            source.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }
}
