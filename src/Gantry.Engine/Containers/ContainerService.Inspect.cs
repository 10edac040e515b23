using Gantry.Engine.Bundles;
using Gantry.Engine.Networks;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Containers;

internal sealed partial class ContainerService
{
    public Task<ContainerInspectResponse> InspectAsync(string container, bool size, CancellationToken cancellationToken)
    {
        var target = parts.Store.Get(container);
        var record = target.Record;
        var (writable, whole) = size ? parts.Images.MeasureSnapshot(target.Id) : default;
        var files = HostFiles.OwnerOf(record);
        var execs = target.Execs.Values.Where(exec => exec.IsRunning).Select(exec => exec.Id).ToArray();
        return Task.FromResult(new ContainerInspectResponse
        {
            Id = record.Id,
            Created = GoTime.Format(record.Created),
            Path = record.Path,
            Args = record.Args,
            State = State(target),
            Image = record.ImageId,
            ResolvConfPath = Existing(parts.Paths.ResolvConf(files)),
            HostnamePath = Existing(parts.Paths.Hostname(files)),
            HostsPath = Existing(parts.Paths.Hosts(files)),
            // Docker shows where json-file logs, and keeps to itself where others do.
            LogPath = Existing(parts.Paths.Log(record.Id)),
            Name = target.DisplayName,
            RestartCount = record.RestartCount,
            Driver = "overlay2",
            Platform = "linux",
            ExecIDs = execs.Length > 0 ? execs : null,
            HostConfig = record.Links.Length > 0 ? record.HostConfig with { Links = [.. record.Links.Select(link => ShowLink(target, link))] } : record.HostConfig,
            GraphDriver = parts.Images.Describe(record.Id),
            SizeRw = size ? writable : null,
            SizeRootFs = size ? whole : null,
            Mounts = [.. record.Mounts.Select(mount => mount.ToMountPoint())],
            // As clients before API 1.44 asked for it, and read it still.
            Config = record.Config with { MacAddress = record.Config.MacAddress ?? record.Networks.FirstOrDefault(network => network.Name == record.HostConfig.NetworkMode)?.Asked.MacAddress },
            ImageManifestDescriptor = parts.Images.DescribeManifest(record.ImageId),
            NetworkSettings = parts.Networks.Describe(record),
        });
    }

    private static ContainerState State(Container container)
    {
        var state = container.Record.State;
        return new ContainerState
        {
            Status = state.Status,
            Running = state.Running,
            Paused = state.Paused,
            Restarting = state.Restarting,
            OOMKilled = state.OomKilled,
            Dead = state.Dead,
            Pid = state.Pid,
            ExitCode = state.ExitCode,
            Error = state.Error,
            StartedAt = state.StartedAt is { } started ? GoTime.Format(started) : GoTime.Zero,
            FinishedAt = state.FinishedAt is { } finished ? GoTime.Format(finished) : GoTime.Zero,
            Health = container.Health?.ToHealth(),
        };
    }

    private string ShowLink(Container parent, LinkRecord link) =>
        $"{parts.Store.Find(link.ContainerId)?.DisplayName ?? "/" + ContainerIdentity.Short(link.ContainerId)}:{parent.DisplayName}/{link.Alias}";

    private static string Existing(string path) => File.Exists(path) ? path : "";
}
