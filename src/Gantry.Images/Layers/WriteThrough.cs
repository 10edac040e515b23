using Gantry.Linux.Files;

namespace Gantry.Images.Layers;

/// <summary>
/// Writes through to the disk, a while after it came, what until then counts only as long as the machine runs. Who has such
/// things says so beforehand, and marks them once they are written.
/// </summary>
/// <param name="directory">Of the file system they are in.</param>
public sealed class WriteThrough(string directory) : IDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private readonly Lock writing = new();
    private readonly List<Func<Action?>> sources = [];
    private Timer? timer;
    private bool isDisposed;

    /// <param name="begin">Says what marks that which is to be written; null where there is nothing.</param>
    public void Add(Func<Action?> begin) => sources.Add(begin);

    /// <summary>Something came. Returns at once.</summary>
    public void Begin()
    {
        lock (gate)
        {
            if (!isDisposed)
            {
                timer ??= new Timer(_ => TryRun(), null, Delay, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Does it now.</summary>
    public void Run()
    {
        lock (writing)
        {
            var marks = sources.Select(begin => begin()).OfType<Action>().ToList();
            if (marks.Count == 0)
            {
                return;
            }

            using (var file = RootedDirectory.Open(directory))
            {
                file.Descriptor.SyncFileSystem();
            }

            marks.ForEach(mark => mark());
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            timer?.Dispose();
        }

        TryRun();
    }

    private void TryRun()
    {
        lock (gate)
        {
            timer?.Dispose();
            timer = null;
        }

        try
        {
            Run();
        }
        catch (Exception)
        {
            // What is not marked is tried again with what comes next, and at the next start.
        }
    }
}
