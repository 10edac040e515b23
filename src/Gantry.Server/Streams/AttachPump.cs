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

    public static async Task RunAsync(RawConnection connection, AttachSession session, bool isRaw, TimeProvider clock)
    {
        using var ended = new CancellationTokenSource();
        var input = CopyInputAsync(connection, session, clock, ended);
        try
        {
            await CopyOutputAsync(Reader(session, isRaw), connection, ended.Token).ConfigureAwait(false);
            await session.Ended.WaitAsync(ended.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Either side has gone: the session is over.
        }

        await ended.CancelAsync().ConfigureAwait(false);
        await input.ConfigureAwait(false);
    }

    private static Func<Memory<byte>, CancellationToken, ValueTask<int>> Reader(AttachSession session, bool isRaw) => (session.IsTerminal, isRaw) switch
    {
        (true, false) => new FramedStream(session.Output).ReadAsync,
        (false, true) => new DemultiplexedStream(session.Output).ReadAsync,
        _ => session.Output.ReadAsync,
    };

    private static async Task CopyOutputAsync(Func<Memory<byte>, CancellationToken, ValueTask<int>> read, RawConnection connection, CancellationToken cancellationToken)
    {
        var destination = connection.Output;
        var isFirst = true;
        while (true)
        {
            var length = await read(destination.GetMemory(ChunkSize), cancellationToken).ConfigureAwait(false);
            if (length == 0)
            {
                return;
            }

            if (isFirst)
            {
                await connection.FirstReadAsync(cancellationToken).ConfigureAwait(false);
                isFirst = false;
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
            if (await CopyAllInputAsync(connection.Input, session, ended.Token).ConfigureAwait(false))
            {
                session.Detached();
                await ended.CancelAsync().ConfigureAwait(false);
                return;
            }

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

    /// <returns>Whether the keys that end the session were typed.</returns>
    private static async Task<bool> CopyAllInputAsync(PipeReader source, AttachSession session, CancellationToken cancellationToken)
    {
        var destination = session.Input;
        var keys = destination is null ? null : session.DetachKeys;
        var passed = new List<byte>();
        while (true)
        {
            var result = await source.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (destination is not null)
            {
                try
                {
                    foreach (var segment in result.Buffer)
                    {
                        if (keys?.Filter(segment.Span, passed) == true)
                        {
                            return true;
                        }

                        await destination.WriteAsync(keys is null ? segment : passed.ToArray(), cancellationToken).ConfigureAwait(false);
                        passed.Clear();
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
                return false;
            }
        }
    }
}
