namespace Gantry.Images.Pulling;

/// <summary>One message of a pull, load or import, in Docker's words.</summary>
/// <param name="Id">The short digest of a layer, a tag, or null.</param>
/// <param name="Current">Bytes done, where the status has a bar.</param>
/// <param name="Total">Bytes in all; null where that is not known.</param>
/// <param name="HasBar">It is about a layer, which a bar stands for.</param>
public sealed record PullProgress(string? Id, string Status, long? Current = null, long? Total = null, bool HasBar = true);

/// <summary>The progress of one layer, told at most ten times a second.</summary>
internal sealed class LayerProgress(IProgress<PullProgress>? progress, string id)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly Lock gate = new();
    private long last;
    private string? closed;

    public void Say(string status) => progress?.Report(new(id, status));

    /// <summary>Tells bytes, unless the same layer told some a moment ago or is further already.</summary>
    public void Tell(string status, long current, long total)
    {
        if (progress is null)
        {
            return;
        }

        lock (gate)
        {
            if (status == closed || System.Diagnostics.Stopwatch.GetElapsedTime(last) < Interval)
            {
                return;
            }

            last = System.Diagnostics.Stopwatch.GetTimestamp();
            progress.Report(new(id, status, Math.Min(current, total), total));
        }
    }

    /// <summary>The bar of this status is done: the next one begins.</summary>
    public void Close(string status)
    {
        lock (gate)
        {
            (closed, last) = (status, 0);
        }
    }
}
