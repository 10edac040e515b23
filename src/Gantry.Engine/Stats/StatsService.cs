using System.Runtime.CompilerServices;
using Gantry.Engine.Backends;
using Gantry.Engine.Bundles;
using Gantry.Engine.Containers;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Stats;

/// <summary>Samples what containers use.</summary>
internal sealed class StatsService(EngineParts parts) : IStatsBackend
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public ContainerStats OneShot(string container) => Sample(parts.Store.Get(container));

    public async IAsyncEnumerable<ContainerStats> StatsAsync(string container, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var target = parts.Store.Get(container);
        var previous = Sample(target);
        if (!target.Record.State.IsAlive)
        {
            yield return previous;
        }

        while (parts.Store.Find(target.Id) == target)
        {
            await Task.Delay(Interval, parts.Time, cancellationToken).ConfigureAwait(false);
            var now = Sample(target);
            yield return now with { PreviousRead = previous.Read, PreviousCpu = previous.Cpu };
            previous = now;
        }
    }

    private ContainerStats Sample(Container container)
    {
        var record = container.Record;
        var stats = new ContainerStats { Id = record.Id, Name = "/" + record.Name };
        if (!record.State.IsAlive)
        {
            return stats;
        }

        var path = CgroupLayout.PathOf(record);
        ICgroupStats cgroup = parts.Cgroups.IsUnified
            ? new UnifiedStats(new(parts.Cgroups.Directory("", path)))
            : new LegacyStats(controller => new(parts.Cgroups.Directory(controller, path)));
        return stats with
        {
            Read = GoTime.Format(parts.Time.GetUtcNow()),
            Processes = cgroup.Processes(),
            Block = cgroup.Block(),
            Cpu = cgroup.Cpu() with { SystemUsage = MachineCpu.Usage(), OnlineCpus = Environment.ProcessorCount },
            Memory = cgroup.Memory(),
            Networks = record.HostConfig.NetworkMode is "host" or "none" ? null : LinkCounters.Of(record.State.Pid),
        };
    }
}
