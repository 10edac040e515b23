using System.Data.Common;
using Gantry.Linux.Files;
using Gantry.Spec;

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
                timer ??= new Timer(_ => Run(), null, Delay, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Does it now. What fails, as marks do on a full disk, is tried again with what comes next, and at the next start.</summary>
    public void Run()
    {
        lock (gate)
        {
            timer?.Dispose();
            timer = null;
        }

        try
        {
            Write();
        }
        catch (Exception e) when (e is IOException or GantryException or DbException or ObjectDisposedException)
        {
            // What is not marked counts as before: as long as the machine runs.
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
        }

        Run();
    }

    private void Write()
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
}
