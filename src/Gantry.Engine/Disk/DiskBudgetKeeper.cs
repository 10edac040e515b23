using System.Diagnostics;
using System.Threading.Channels;
using Gantry.Engine.Building;
using Gantry.Engine.Containers;
using Gantry.Engine.Images;
using Gantry.Images;
using Gantry.Linux.Files;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Disk;

/// <summary>
/// Keeps what is beneath the data root within the disk budget: after images came and from time to time it looks, and
/// removes first content that nothing refers to, then unused images, the one used least recently first.
/// </summary>
internal sealed partial class DiskBudgetKeeper(DiskBudget budget, EngineParts parts, ImageStore store, ImageService images, BuildService builds) : IAsyncDisposable
{
    /// <summary>Removal goes on to this share of the budget: the next image should not set it off again.</summary>
    private const double Goal = 0.9;

    /// <summary>What somebody has just pulled or loaded has so long to be run.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private readonly CancellationTokenSource stop = new();
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private Task running = Task.CompletedTask;
    private (long Bytes, TimeSpan Cost, long At)? beside;
    private bool toldFull;

    public void Start()
    {
        store.Added = () => wake.Writer.TryWrite(true);
        running = Task.Run(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        store.Added = null;
        await stop.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            var pause = Interval;
            try
            {
                pause = Check();
            }
            catch (Exception e)
            {
                LogFailed(parts.Logger, e);
            }

            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
            waiting.CancelAfter(pause);
            await ((Task)wake.Reader.ReadAsync(waiting.Token).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>When to look again.</returns>
    private TimeSpan Check()
    {
        var limit = budget.BytesOf(new DriveInfo(parts.Options.DataRoot).TotalSize);
        var others = MeasureBeside();
        var used = store.MeasureDiskSpace().Total + builds.MeasureCache() + others.Bytes;
        var pause = TimeSpan.FromTicks(Math.Max(Interval.Ticks, others.Cost.Ticks * 100));
        if (used <= limit)
        {
            toldFull = false;
            return pause;
        }

        var goal = (long)(limit * Goal);
        var freed = store.CollectGarbage(withPartials: true);
        if (freed > 0)
        {
            LogContent(parts.Logger, freed / 1e6, budget);
            used -= freed;
        }

        if (used > goal && builds.Shrink(used - goal) is > 0 and var fromBuilds)
        {
            LogBuilds(parts.Logger, fromBuilds / 1e6, budget);
            used -= fromBuilds;
        }

        var last = store.Uses();
        DateTimeOffset UsedAt(Image image) => last.GetValueOrDefault(image.Id, image.LastTagged ?? DateTimeOffset.MinValue);
        var now = parts.Time.GetUtcNow();
        foreach (var image in store.List().OrderBy(UsedAt))
        {
            if (used <= goal || stop.IsCancellationRequested)
            {
                break;
            }

            var lastUsed = UsedAt(image);
            if (now - lastUsed < Grace)
            {
                return used > limit ? Grace : pause;
            }

            if (images.RemoveUnused(image).Count == 0)
            {
                continue;
            }

            freed = store.CollectGarbage();
            used -= freed;
            LogImage(parts.Logger, image.RepoTags is [var name, ..] ? name : image.Id.Short, lastUsed, freed / 1e6, budget);
        }

        if (used > limit && !toldFull)
        {
            toldFull = true;
            LogFull(parts.Logger, (used - limit) / 1e6, budget);
        }

        return pause;
    }

    /// <summary>Containers and volumes, whose files must be walked: not again while that was a moment ago.</summary>
    private (long Bytes, TimeSpan Cost) MeasureBeside()
    {
        if (beside is { } known && Stopwatch.GetElapsedTime(known.At) < TimeSpan.FromTicks(Math.Max(Grace.Ticks, known.Cost.Ticks * 20)))
        {
            return (known.Bytes, known.Cost);
        }

        var begun = Stopwatch.GetTimestamp();
        var bytes = DiskSpace.Of(parts.Paths.Containers) + DiskSpace.Of(parts.Paths.Volumes);
        beside = (bytes, Stopwatch.GetElapsedTime(begun), begun);
        return (bytes, beside.Value.Cost);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "disk budget {Budget} is passed: content that nothing refers to is removed, {Freed:0.0} MB")]
    private static partial void LogContent(ILogger logger, double freed, DiskBudget budget);

    [LoggerMessage(Level = LogLevel.Information, Message = "disk budget {Budget} is passed: build cache that was used least recently is removed, {Freed:0.0} MB")]
    private static partial void LogBuilds(ILogger logger, double freed, DiskBudget budget);

    [LoggerMessage(Level = LogLevel.Information, Message = "disk budget {Budget} is passed: image {Name}, last used {Used:yyyy-MM-dd HH:mm:ss}, is removed, {Freed:0.0} MB")]
    private static partial void LogImage(ILogger logger, string name, DateTimeOffset used, double freed, DiskBudget budget);

    [LoggerMessage(Level = LogLevel.Warning, Message = "disk budget {Budget} is passed by {Excess:0.0} MB, and all that is left is in use")]
    private static partial void LogFull(ILogger logger, double excess, DiskBudget budget);

    [LoggerMessage(Level = LogLevel.Error, Message = "the disk budget could not be seen to")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
