using System.Buffers;
using System.Runtime.CompilerServices;
using Gantry.Engine.Backends;

namespace Gantry.Engine.Logs;

/// <summary>Reads a json-file log over its rotated files, and follows it while its container runs.</summary>
/// <param name="path">The current file; older ones are beside it as <c>.1</c>, <c>.2</c>, ….</param>
/// <param name="watcher">Tells of growth.</param>
internal sealed class LogReader(string path, LogWatcher watcher)
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

            if (cursor.Advance(path))
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
        var files = LogFile.OpenAll(path);
        if (files.Count == 0)
        {
            return new Cursor([], 0);
        }

        if (options.Tail is not (>= 0 and var left))
        {
            return new Cursor(files, options.Since is null ? 0 : SkipOld(files, since));
        }

        // A torn last line is no line: counting starts at the last newline.
        var offset = files[^1].Length;
        for (var i = files.Count - 1; i >= 0; i--)
        {
            offset = left == 0 ? files[i].Length : files[i].SkipBack(files[i].Length, ref left);
            if (left == 0)
            {
                files[..i].ForEach(file => file.Dispose());
                return new Cursor(files[i..], offset);
            }
        }

        return new Cursor(files, 0);
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

    /// <summary>A place in the files and the lines from there on.</summary>
    private sealed class Cursor(List<LogFile> files, long offset) : IDisposable
    {
        private byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        private int start;
        private int end;

        /// <summary>The next complete line that can be read; false at what is the end for now.</summary>
        public bool TryNext(out LogEntry entry)
        {
            while (true)
            {
                var newline = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
                if (newline >= 0)
                {
                    var line = buffer.AsSpan(start, newline);
                    start += newline + 1;
                    if (LogLine.TryParse(Untorn(line), out entry))
                    {
                        return true;
                    }
                }
                else if (!Fill())
                {
                    entry = default;
                    return false;
                }
            }
        }

        /// <summary>Goes to the file that follows, if there is one: what is being read then grows no more.</summary>
        public bool Advance(string path)
        {
            if (files.Count <= 1 && !FindNewer(path))
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

        /// <summary>Rotation may have put newer files in the place of the one at hand.</summary>
        private bool FindNewer(string path)
        {
            var current = files.Count > 0 ? files[0].Inode : 0;
            using (var newest = LogFile.TryOpen(path))
            {
                if (newest is null || newest.Inode == current)
                {
                    return false;
                }
            }

            var all = LogFile.OpenAll(path);
            var known = all.FindIndex(file => file.Inode == current);
            all[..(known + 1)].ForEach(file => file.Dispose());
            files.AddRange(all[(known + 1)..]);
            return files.Count > (current == 0 ? 0 : 1);
        }

        public void Dispose()
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
            files.ForEach(file => file.Dispose());
        }

        /// <summary>A line that was torn by a crash has the next one glued to its end.</summary>
        private static ReadOnlySpan<byte> Untorn(ReadOnlySpan<byte> line)
        {
            var head = "{\"log\":\""u8;
            var at = line.LastIndexOf(head);
            return at > 0 && line[at - 1] != (byte)'\\' && !LogLine.TryParse(line, out _) ? line[at..] : line;
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
