using Gantry.Engine.Backends;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Containers;

internal sealed partial class ContainerService
{
    public Task<IReadOnlyList<ContainerSummary>> ListAsync(ContainerListOptions options, CancellationToken cancellationToken)
    {
        var filter = new ContainerFilter(options.Filters, parts.Store.Get, parts.Images.FindDescendants);
        var includeStopped = options.All || options.Limit > 0 || filter.AsksForStopped;
        var found = parts.Store.All()
            .Where(container => (includeStopped || container.Record.State.Running) && filter.Matches(container))
            .OrderByDescending(container => container.Record.Created);
        var limited = options.Limit > 0 ? found.Take(options.Limit) : found;
        return Task.FromResult<IReadOnlyList<ContainerSummary>>([.. limited.Select(container => Summarise(container, options.Size))]);
    }

    private ContainerSummary Summarise(Container container, bool withSize)
    {
        var record = container.Record;
        var (writable, whole) = withSize ? parts.Images.MeasureSnapshot(container.Id) : (0, 0);
        return new ContainerSummary
        {
            Id = record.Id,
            Names = [container.DisplayName, .. LinkNames(container.Id)],
            // The name is shown as long as it still means this image.
            Image = parts.Images.Names(record.Config.Image, record.ImageId) ? record.Config.Image : record.ImageId,
            ImageID = record.ImageId,
            ImageManifestDescriptor = parts.Images.DescribeManifest(record.ImageId),
            Command = string.Join(' ', (string[])[record.Path, .. record.Args.Select(Quote)]),
            Created = record.Created.ToUnixTimeSeconds(),
            SizeRw = writable,
            SizeRootFs = whole,
            Ports = Networks.PortPlan.Listed(record),
            Labels = record.Config.Labels ?? [],
            State = record.State.Status,
            Status = StatusText.Of(record.State, container.Health?.Status, parts.Time.GetUtcNow()),
            HostConfig = new() { NetworkMode = record.HostConfig.NetworkMode, Annotations = record.HostConfig.Annotations },
            // A list has no names of them, as Docker's has none.
            NetworkSettings = new()
            {
                Networks = parts.Networks.DescribeEndpoints(record).ToDictionary(
                    network => network.Key, network => network.Value with { Aliases = null, DNSNames = null, Links = null }, StringComparer.Ordinal),
            },
            Mounts = [.. record.Mounts.Select(mount => mount.ToMountPoint())],
        };
    }

    /// <summary>By which other containers know it: <c>/parent/alias</c>.</summary>
    private IEnumerable<string> LinkNames(string id) =>
        parts.Store.All().SelectMany(parent => parent.Record.Links.Where(link => link.ContainerId == id).Select(link => $"{parent.DisplayName}/{link.Alias}"));

    private static string Quote(string argument) => argument.Contains(' ', StringComparison.Ordinal) ? $"'{argument}'" : argument;
}
