using Gantry.Engine.Bundles;
using Gantry.Engine.Containers;
using Gantry.Spec;

namespace Gantry.Engine.Networks;

internal sealed partial class ContainerNetworks
{
    public IReadOnlyList<string> LinkVariables(ContainerRecord container) =>
    [
        .. container.Links.Select(link => (Target: containers.Find(link.ContainerId), link.Alias)).Where(link => link.Target?.Record.State.IsAlive == true)
            .SelectMany(link => Linked(link.Target!, link.Alias).Variables(container)),
    ];

    private LinkedContainer Linked(Container target, string alias) =>
        new(target.Record, alias, networks.FindName(NetworkName.Bridge)?.Endpoints.GetValueOrDefault(target.Id)?.IPv4);

    private IEnumerable<LinkedContainer> LinkedContainers(ContainerRecord record)
    {
        foreach (var link in record.Links)
        {
            var target = containers.Find(link.ContainerId) ?? throw new NotFoundException($"cannot link to container {ContainerIdentity.Short(link.ContainerId)} as {link.Alias}: it is gone");
            if (!target.Record.State.IsAlive)
            {
                throw new ConflictException($"cannot link to a non running container: {target.DisplayName} AS /{record.Name}/{link.Alias}");
            }

            yield return Linked(target, link.Alias);
        }
    }

    /// <summary>A container on the default bridge has a new address, or none: the files of those that link to it follow.</summary>
    private void RefreshHosts(string changed, IReadOnlyList<LiveEndpoint> ends)
    {
        if (containers.Find(changed) is not { } target || ends.FirstOrDefault(end => end.Network.Name == NetworkName.Bridge) is not { } end)
        {
            return;
        }

        foreach (var parent in containers.All().Where(other => live.ContainsKey(other.Id)))
        {
            foreach (var link in parent.Record.Links.Where(link => link.ContainerId == changed))
            {
                var line = new LinkedContainer(target.Record, link.Alias, end.Endpoint.IPv4).HostsLine!;
                var names = line[line.IndexOf('\t', StringComparison.Ordinal)..];
                HostFiles.UpdateHosts(paths, parent.Id, known => known.EndsWith(names, StringComparison.Ordinal), [line]);
            }
        }
    }
}
