using Gantry.Engine.Validation;
using Gantry.Linux;
using Gantry.Linux.Cgroups;
using Gantry.Runtime.Cgroups;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Containers;

internal sealed partial class ContainerService
{
    public async Task<ContainerUpdateResponse> UpdateAsync(string container, HostConfig asked, CancellationToken cancellationToken)
    {
        var target = parts.Store.Get(container);
        using var holder = await target.Gate.EnterAsync().ConfigureAwait(false);
        var record = target.Record;
        var change = new Bundles.LimitsChange(asked);
        var host = change.ApplyTo(record.HostConfig);
        HostRules.CheckUpdate(host);
        if (record.State is { Running: true, Restarting: false } && change.ResourcesOf(host) is { } resources)
        {
            try
            {
                CgroupLimits.Apply(new Cgroup(Gantry.Linux.Cgroups.CgroupLayout.Current, Bundles.CgroupLayout.PathOf(record)), resources);
            }
            catch (LinuxException e)
            {
                throw new InvalidArgumentException($"Cannot update container {target.Id}: {e.Message}", e);
            }
        }

        parts.Store.Save(target, record with { HostConfig = host });
        parts.Events.Publish(target, "update");
        var warnings = new List<string>();
        ResourceRules.Warn(asked, warnings);
        return new ContainerUpdateResponse { Warnings = warnings.Count == 0 ? null : [.. warnings] };
    }
}
