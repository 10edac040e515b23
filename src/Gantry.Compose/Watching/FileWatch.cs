using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Gantry.Compose.Watching;

/// <summary>Tells which files below some directories have changed, those that change together at once.</summary>
internal sealed class FileWatch : IDisposable
{
    /// <summary>So long nothing may happen for a change to be over: a save is several steps, and a checkout of another branch many.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);
    private readonly Channel<string> _changes = Channel.CreateUnbounded<string>(new() { SingleReader = true });
    private readonly List<FileSystemWatcher> _watchers = [];

    /// <param name="roots">Directories or files, absolute. One that is not there yet is waited for.</param>
    public FileWatch(IEnumerable<string> roots)
    {
        var directories = roots.Select(ExistingDirectory).Distinct(StringComparer.Ordinal).ToList();
        foreach (var directory in directories.Where(directory => !directories.Exists(other => other != directory && directory.StartsWith(other.TrimEnd('/') + "/", StringComparison.Ordinal))))
        {
            _watchers.Add(Watch(directory));
        }
    }

    /// <summary>Paths, absolute; a path stands for all below it too.</summary>
    /// <exception cref="ComposeException">The kernel watches no more.</exception>
    public async IAsyncEnumerable<IReadOnlyCollection<string>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await _changes.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var changed = new HashSet<string>(StringComparer.Ordinal);
            var begun = TimeProvider.System.GetTimestamp();
            do
            {
                while (_changes.Reader.TryRead(out var path))
                {
                    changed.Add(path);
                }

                await Task.Delay(Quiet, cancellationToken).ConfigureAwait(false);
            }
            while (_changes.Reader.TryPeek(out _) && TimeProvider.System.GetElapsedTime(begun) < Longest);
            yield return changed;
        }
    }

    public void Dispose() => _watchers.ForEach(watcher => watcher.Dispose());

    private FileSystemWatcher Watch(string directory)
    {
        var watcher = new FileSystemWatcher(directory)
        {
            IncludeSubdirectories = true,
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Attributes,
        };
        watcher.Changed += (_, e) =>
        {
            // A directory changes by what is in it, which is told too.
            if (!Directory.Exists(e.FullPath)) Note(e.FullPath);
        };
        watcher.Created += (_, e) => Note(e.FullPath);
        watcher.Deleted += (_, e) => Note(e.FullPath);
        watcher.Renamed += (_, e) =>
        {
            Note(e.OldFullPath);
            Note(e.FullPath);
        };
        watcher.Error += (_, e) => Fail(directory, e.GetException());
        watcher.EnableRaisingEvents = true;
        return watcher;
    }

    private void Note(string path) => _changes.Writer.TryWrite(path);

    private void Fail(string directory, Exception reason)
    {
        if (reason is InternalBufferOverflowException)
        {
            // What changed is not known any more: all may have.
            Note(directory);
            return;
        }

        _changes.Writer.TryComplete(new ComposeException($"cannot watch {directory}: {reason.Message}", null, reason));
    }

    /// <summary>A file's directory, or the nearest that is there.</summary>
    private static string ExistingDirectory(string path)
    {
        while (!Directory.Exists(path))
        {
            path = Path.GetDirectoryName(path) ?? "/";
        }

        return path.Length > 1 ? path.TrimEnd('/') : path;
    }
}
