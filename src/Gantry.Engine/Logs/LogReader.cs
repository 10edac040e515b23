using System.Buffers;
using System.Runtime.CompilerServices;
using Gantry.Engine.Backends;

namespace Gantry.Engine.Logs;

/// <summary>Reads a log over its rotated files, and follows it while its container runs.</summary>
/// <param name="path">The current file; older ones are beside it as <c>.1</c>, <c>.2.gz</c>, ….</param>
/// <param name="format">How messages stand in it.</param>
/// <param name="watcher">Tells of growth.</param>
internal sealed class LogReader(string path, LogFormat format, LogWatcher watcher)
{
    private const int BufferSize = 64 * 1024;

    /// <param name="options">What to read.</param>
    /// <param name="ended">Completes when nothing more will be written; following ends then.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<LogEntry> ReadAsync(
        LogOptions options, Task ended, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (since, until) = (options.Since ?? long.MinValue, options.Until ?? long.MaxValue);
        using var watch = options.Follow ? watcher.Watch(path) : null;
        using var cursor = Start(options, since);
        while (true)
        {
            var isLast = ended.IsCompleted;
            while (cursor.TryNext(out var entry))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (entry.UnixNanoseconds > until)
                {
                    yield break;
                }

                if (entry.UnixNanoseconds >= since && (entry.Source == LogSource.Stdout ? options.Stdout : options.Stderr))
                {
                    yield return entry;
                }
            }

            if (cursor.Advance())
            {
                continue;
            }

            if (watch is null || isLast || IsPast(options.Until))
            {
                yield break;
            }

            await WaitAsync(watch, ended, options.Until, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsPast(long? until) => until is { } limit && Left(limit) < TimeSpan.Zero;

    private static TimeSpan Left(long until) => DateTimeOffset.UnixEpoch.AddTicks(until / TimeSpan.NanosecondsPerTick) - TimeProvider.System.GetUtcNow();

    private static async Task WaitAsync(LogWatch watch, Task ended, long? until, CancellationToken cancellationToken)
    {
        var changed = watch.ChangedAsync();
        if (until is { } limit)
        {
            var left = Left(limit);
            using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var timeout = Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, timer.Token);
            await Task.WhenAny(changed, ended, timeout).ConfigureAwait(false);
            await timer.CancelAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return;
        }

        await Task.WhenAny(changed, ended).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private Cursor Start(LogOptions options, long since)
    {
        var files = LogFile.OpenAll(path, format);
        if (files.Count == 0)
        {
            return Read([], 0);
        }

        if (options.Tail is not (>= 0 and var left))
        {
            return Read(files, options.Since is null ? 0 : SkipOld(files, since));
        }

        var offset = files[^1].Length;
        for (var i = files.Count - 1; i >= 0; i--)
        {
            offset = left == 0 ? files[i].Length : format.SkipBack(files[i], ref left);
            if (left == 0)
            {
                files[..i].ForEach(file => file.Dispose());
                return Read(files[i..], offset);
            }
        }

        return Read(files, 0);

        Cursor Read(List<LogFile> from, long offset) => new(path, format, options.Details, from, offset);
    }

    /// <summary>Drops files that end before <paramref name="since"/>; gives the offset in the first that is left.</summary>
    private static long SkipOld(List<LogFile> files, long since)
    {
        while (files.Count > 1 && files[1].FirstTime() is { } next && next < since)
        {
            files[0].Dispose();
            files.RemoveAt(0);
        }

        return files[0].Seek(since);
    }

    /// <summary>A place in the files and the messages from there on.</summary>
    private sealed class Cursor(string path, LogFormat format, bool details, List<LogFile> files, long offset) : IDisposable
    {
        private byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        private int start;
        private int end;
        private long lastTime = long.MinValue;

        /// <summary>The next whole message that can be read; false at what is the end for now.</summary>
        public bool TryNext(out LogEntry entry)
        {
            while (true)
            {
                var length = format.Take(buffer.AsSpan(start, end - start), details, out var found);
                start += length;
                if (found is { } message)
                {
                    entry = message;
                    lastTime = message.UnixNanoseconds;
                    return true;
                }

                if (length == 0 && !Fill())
                {
                    entry = default;
                    return false;
                }
            }
        }

        /// <summary>Goes to the file that follows, if there is one: what is being read then grows no more.</summary>
        public bool Advance()
        {
            if (files.Count <= 1 && !FindNewer())
            {
                return false;
            }

            // What came into it between our last read and its rotation.
            if (Fill())
            {
                return true;
            }

            if (files.Count > 1)
            {
                files[0].Dispose();
                files.RemoveAt(0);
                (offset, start, end) = (0, 0, 0);
            }

            return true;
        }

        public void Dispose()
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
            files.ForEach(file => file.Dispose());
        }

        /// <summary>Rotation may have put newer files in the place of the one at hand.</summary>
        private bool FindNewer()
        {
            var current = files.Count > 0 ? files[0].Inode : 0;
            using (var newest = LogFile.TryOpen(path, format))
            {
                if (newest is null || newest.Inode == current)
                {
                    return false;
                }
            }

            var all = LogFile.OpenAll(path, format);
            var known = all.FindIndex(file => file.Inode == current) + 1;
            if (known == 0)
            {
                // It is gone, or compressed: then all that begins with what was read already is it or older.
                known = all.FindLastIndex(file => file.FirstTime() <= lastTime) + 1;
            }

            all[..known].ForEach(file => file.Dispose());
            files.AddRange(all[known..]);
            return files.Count > (current == 0 ? 0 : 1);
        }

        private bool Fill()
        {
            if (files.Count == 0)
            {
                return false;
            }

            if (start > 0)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
            }

            if (end == buffer.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                buffer.CopyTo(larger, 0);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }

            var count = files[0].Read(buffer.AsSpan(end), offset);
            offset += count;
            end += count;
            return count > 0;
        }
    }
}
