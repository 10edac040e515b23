using Gantry.Build.Store;
using Gantry.Images.Trees;

namespace Gantry.Build.Solving;

/// <summary>Writes the archives of layers that will be an image's while later steps run. Where that fails, it fails again when the archive is wanted.</summary>
/// <param name="steps">Those whose layers they are.</param>
internal sealed class ArchivesAhead(BuildRun run, IReadOnlySet<Step> steps) : IAsyncDisposable
{
    private readonly List<Task> writing = [];
    private readonly Lock gate = new();
    private readonly Dictionary<string, ArchiveParts> parts = new(StringComparer.Ordinal);
    private bool isOver;

    public bool Wants(Step step) => steps.Contains(step);

    /// <summary>Takes what of a layer's archive was written before the layer was whole.</summary>
    public void Take(string layer, ArchiveParts written)
    {
        lock (gate)
        {
            if (!isOver && parts.TryAdd(layer, written))
            {
                return;
            }
        }

        written.Dispose();
    }

    /// <summary>Of a step that was done; returns at once.</summary>
    public void Begin(Step step, LayerStack stack)
    {
        if (!Wants(step))
        {
            return;
        }

        var layer = stack.Layers[^1];
        lock (gate)
        {
            if (!isOver)
            {
                var known = parts.GetValueOrDefault(layer);
                writing.Add(Task.Run(() => run.Store.ArchiveAsync(layer, known, run.Lease, run.CancellationToken)));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            isOver = true;
        }

        await Task.WhenAll(writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var written in parts.Values)
        {
            written.Dispose();
        }
    }
}
