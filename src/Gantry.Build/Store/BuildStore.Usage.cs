using System.Collections.Concurrent;
using Gantry.Linux.Files;

namespace Gantry.Build.Store;

/// <summary>What the build's layers occupy: known of one whose archive was written, the others are measured once their build is over.</summary>
public sealed partial class BuildStore
{
    private const long NotMeasured = -1;
    private readonly ConcurrentDictionary<string, Lazy<Task>> measuring = new(StringComparer.Ordinal);

    /// <summary>Bytes of disk that each of the build's layers occupies, wherever it is.</summary>
    public IReadOnlyDictionary<string, long> DiskSpaces()
    {
        AwaitMeasured();
        return database.Read(r => r.Query("SELECT id, MAX(disk_space, 0) FROM build_layers", x => (x.GetString(0), x.GetInt64(1))).ToDictionary(row => row.Item1, row => row.Item2));
    }

    /// <summary>Measures what is not measured yet; returns at once.</summary>
    internal void MeasureNew()
    {
        foreach (var layer in database.Read(r => r.Query("SELECT id FROM build_layers WHERE size=$1", x => x.GetString(0), NotMeasured)))
        {
            _ = MeasureAsync(layer);
        }
    }

    /// <summary>A layer does not move before it is measured: who moves it asks here first.</summary>
    private async Task<TreeUsage> UsageAsync(string layer)
    {
        while (true)
        {
            if (measuring.TryGetValue(layer, out var begun))
            {
                await begun.Value.ConfigureAwait(false);
            }

            var known = database.Read(r => r.Query("SELECT disk_space, size FROM build_layers WHERE id=$1", x => new TreeUsage(x.GetInt64(0), x.GetInt64(1)), layer));
            if (known is not [{ Size: NotMeasured }])
            {
                return known.SingleOrDefault();
            }

            await MeasureAsync(layer).ConfigureAwait(false);
        }
    }

    private Task MeasureAsync(string layer) => measuring.GetOrAdd(layer, one => new(() => Task.Run(() => Measure(one)))).Value;

    private void Measure(string layer)
    {
        try
        {
            NoteUsage(layer, DiskSpace.Measure(PathOf(layer)));
        }
        finally
        {
            measuring.TryRemove(layer, out _);
        }
    }

    /// <summary>What is known already stays.</summary>
    private void NoteUsage(string layer, TreeUsage usage) => database.Write(r =>
        r.Execute("UPDATE build_layers SET size=$2, disk_space=$3 WHERE id=$1 AND size=$4", layer, usage.Size, usage.Space, NotMeasured));

    private void AwaitMeasured()
    {
        MeasureNew();
        Task.WhenAll(measuring.Values.Select(begun => begun.Value)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
    }
}
