using System.Diagnostics;
using System.IO.Enumeration;
using Gantry.Spec;

namespace Gantry.Build.Sources.Git;

/// <summary>How large what a stranger's repository makes of itself may become: a few bytes can describe a tree without end.</summary>
internal static class SizeLimit
{
    private const int LooksPerCost = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = 0 };

    /// <summary>Looks again and again, until it is cancelled.</summary>
    /// <exception cref="InvalidArgumentException">The directory is larger than a context may be.</exception>
    public static async Task WatchAsync(string directory, CancellationToken cancellationToken)
    {
        while (true)
        {
            var started = Stopwatch.GetTimestamp();
            Check(directory);
            var pause = Stopwatch.GetElapsedTime(started) * LooksPerCost;
            await Task.Delay(pause > Pause ? pause : Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    private static void Check(string directory)
    {
        long bytes = 0;
        long count = 0;
        foreach (var length in new FileSystemEnumerable<long>(directory, (ref FileSystemEntry entry) => entry.Length, Everything)
        {
            ShouldRecursePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        })
        {
            bytes += length;
            if (++count > ContextStore.MostFiles)
            {
                throw new InvalidArgumentException($"the repository has more than {ContextStore.MostFiles} files");
            }

            if (bytes > HttpDownloads.MostBytes)
            {
                throw new InvalidArgumentException($"the repository is larger than {HttpDownloads.MostBytes >> 30} GiB");
            }
        }
    }
}
