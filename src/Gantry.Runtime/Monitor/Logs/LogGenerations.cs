using Gantry.Linux;
using Gantry.Linux.Poll;

namespace Gantry.Runtime.Monitor.Logs;

/// <summary>The older files of a log: <c>.1</c> is the youngest. They are compressed one after the other, beside the logging, into <c>.1.gz</c>.</summary>
/// <param name="path">The log's.</param>
/// <param name="maximumFiles">The log itself included.</param>
/// <param name="compression">Null where they stay as they are.</param>
internal sealed class LogGenerations(string path, int maximumFiles, LogCompression? compression) : IDisposable
{
    private const string Compressed = ".gz";

    // Of the file that is being compressed; it grows with each rotation meanwhile.
    private int underWay;

    /// <summary>Makes each older by one, and gives the log a second name as the youngest.</summary>
    public void MakeRoom()
    {
        for (var generation = maximumFiles - 1; generation > 1; generation--)
        {
            var (from, to) = (PathOf(generation - 1), PathOf(generation));
            _ = AppendFile.Rename(from, to);
            if (compression is not null)
            {
                _ = AppendFile.Unlink(to + Compressed);
                _ = AppendFile.Rename(from + Compressed, to + Compressed);
            }
        }

        if (maximumFiles > 1)
        {
            var first = PathOf(1);
            _ = AppendFile.Unlink(first);
            _ = AppendFile.Unlink(first + Compressed);
            _ = AppendFile.Link(path, first);
        }

        underWay += underWay > 0 ? 1 : 0;
    }

    /// <summary>Begins with the oldest that is not compressed, unless one is under way.</summary>
    public void CompressNext()
    {
        for (var generation = maximumFiles - 1; compression is not null && underWay == 0 && generation > 0; generation--)
        {
            if (compression.TryBegin(PathOf(generation), OnCompressed))
            {
                underWay = generation;
            }
        }
    }

    public void Dispose() => compression?.Dispose();

    private void OnCompressed(FileDescriptor? result)
    {
        var generation = underWay;
        underWay = 0;
        if (result is null)
        {
            // It stays as it is, and is tried again after the next rotation.
            return;
        }

        // One that has grown too old meanwhile is gone already.
        var plain = PathOf(generation);
        if (generation < maximumFiles && AppendFile.LinkUnnamed(result, plain + Compressed) == Errno.None)
        {
            _ = AppendFile.Unlink(plain);
        }

        CompressNext();
    }

    private string PathOf(int generation) => JsonLogLine.PathOf(path, generation);
}
