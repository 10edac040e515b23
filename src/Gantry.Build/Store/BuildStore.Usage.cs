using System.Collections.Concurrent;
using Gantry.Linux.Files;

namespace Gantry.Build.Store;

/// <summary>What the build's layers occupy. Each is measured once it is written, while the next step runs.</summary>
public sealed partial class BuildStore
{
    private const long NotMeasured = -1;
    private readonly ConcurrentDictionary<string, Task> measuring = new(StringComparer.Ordinal);

    /// <summary>Bytes of disk that each of the build's layers occupies, wherever it is.</summary>
    public IReadOnlyDictionary<string, long> DiskSpaces()
    {
        AwaitMeasured();
        return database.Read(r => r.Query("SELECT id, MAX(disk_space, 0) FROM build_layers", x => (x.GetString(0), x.GetInt64(1))).ToDictionary(row => row.Item1, row => row.Item2));
    }

    /// <summary>A layer does not move before it is measured: who moves it asks here first.</summary>
    private async Task<TreeUsage> UsageAsync(string layer)
    {
        if (measuring.TryGetValue(layer, out var task))
        {
            await task.ConfigureAwait(false);
        }

        return database.Read(r => r.Query("SELECT MAX(disk_space, 0), MAX(size, 0) FROM build_layers WHERE id=$1", x => new TreeUsage(x.GetInt64(0), x.GetInt64(1)), layer)).SingleOrDefault();
    }

    private void MeasureSoon(string layer)
    {
        var task = new Task(() => Measure(layer));
        measuring[layer] = task;
        task.Start(TaskScheduler.Default);
    }

    private void Measure(string layer)
    {
        try
        {
            var usage = DiskSpace.Measure(PathOf(layer));
            database.Write(r => r.Execute("UPDATE build_layers SET size=$2, disk_space=$3 WHERE id=$1", layer, usage.Size, usage.Space));
        }
        finally
        {
            measuring.TryRemove(layer, out _);
        }
    }

    /// <summary>Those that a daemon which died had not measured yet.</summary>
    private void MeasureLeft()
    {
        foreach (var layer in database.Read(r => r.Query("SELECT id FROM build_layers WHERE size=$1", x => x.GetString(0), NotMeasured)))
        {
            MeasureSoon(layer);
        }
    }

    private void AwaitMeasured() => Task.WhenAll(measuring.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
}
