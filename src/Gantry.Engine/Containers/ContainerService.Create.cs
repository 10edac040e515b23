using Gantry.Engine.Logs.Drivers;
using Gantry.Engine.Mounts;
using Gantry.Engine.Networks;
using Gantry.Engine.Validation;
using Gantry.Engine.Volumes;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Containers;

internal sealed partial class ContainerService
{
    public Task<ContainerCreateResponse> CreateAsync(
        ContainerCreateRequest request, string? name, string? platform, CancellationToken cancellationToken)
    {
        if (name is { Length: > 0 })
        {
            name = ContainerName.Require(name);
        }

        if (request.Image.Length == 0)
        {
            throw new InvalidArgumentException("no image specified: Image must not be empty");
        }

        var image = parts.Images.Resolve(request.Image, platform);
        var id = ContainerIdentity.New();
        using var span = Tracing.Begin("daemon.containerCreate", ("container.ID", id));
        var asked = request.ToConfig();
        var config = ConfigMerge.Merge(asked, image.Config);
        var host = request.HostConfig ?? new HostConfig();
        if (config.NetworkDisabled && host.NetworkMode.Length == 0)
        {
            host = host with { NetworkMode = NetworkName.None };
        }

        host = host with { NetworkMode = NetworkMode(host.NetworkMode), PidMode = OtherContainer(host.PidMode), IpcMode = OtherContainer(host.IpcMode), LogConfig = LogDrivers.Merge(host.LogConfig, parts.Options.LogConfig) };

        ConfigRules.Check(config);
        var warnings = HostRules.Check(host, asked, config, parts.Options.Containers, parts.Options.Runtimes);
        RequireDrivers(host.DeviceRequests ?? []);
        if (string.IsNullOrEmpty(platform) && Platform.Current.Rank(image.Platform) is null)
        {
            warnings.Add($"The requested image's platform ({image.Platform}) does not match the detected host platform ({Platform.Current}) and no specific platform was requested");
        }

        var (path, arguments) = ConfigMerge.CommandLine(config);
        host = HostDefaults.Apply(host, parts.Cgroups, parts.Options.Containers, parts.Options.Runtimes.Default);
        config = config with { Hostname = HostName(config, host, id) };
        var size = StorageOptions.SizeOf(host.StorageOpt, parts.Options.Containers.Size, parts.Paths.Containers);
        var networks = parts.Networks.Plan(request.NetworkingConfig, host, config);
        var links = parts.Networks.PlanLinks(host);
        using var volumes = ReserveVolumes(config, host, platform);
        var record = new ContainerRecord
        {
            Id = id,
            Name = name is { Length: > 0 } ? name : NameGenerator.Next(parts.Store.IsNameTaken),
            Created = parts.Time.GetUtcNow(),
            ImageId = image.Id,
            Path = path,
            Args = arguments,
            Config = config,
            HostConfig = host,
            Mounts = volumes.Mounts,
            Networks = networks,
            Links = links,
        };
        var container = parts.Store.Add(record);
        try
        {
            // The row is first: a snapshot or directory without one is swept at the next start.
            parts.Images.CreateSnapshot(id, image.Id, size);
            Directory.CreateDirectory(parts.Paths.Container(id));
            CreateLogDirectory(record);
            CopyUp(record);
            volumes.Keep();
        }
        catch
        {
            parts.Images.RemoveSnapshot(id);
            ContainerRemover.DeleteTree(parts.Paths.Container(id));
            parts.Store.Delete(container);
            throw;
        }

        parts.Events.Publish(container, "create");
        return Task.FromResult(new ContainerCreateResponse { Id = id, Warnings = [.. warnings] });
    }

    private void RequireDrivers(DeviceRequest[] requests)
    {
        if (Array.Find(requests, request => !parts.Devices.CanServe(request)) is { } missing)
        {
            var capabilities = string.Join(' ', (missing.Capabilities ?? []).Select(set => $"[{string.Join(' ', set)}]"));
            throw new UnsupportedException($"could not select device driver \"{missing.Driver}\" with capabilities: [{capabilities}]: {(parts.Options.DeviceDirectories.Count == 0 ? "CDI is switched off for this daemon" : $"no file in {string.Join(" or ", parts.Options.DeviceDirectories)} describes such devices (nvidia-ctk cdi generate makes one for NVIDIA's)")}");
        }
    }

    private VolumeReservation ReserveVolumes(ContainerConfig config, HostConfig host, string? platform) => parts.Volumes.Reserve(PlanMounts(config, host, platform));

    /// <summary>A container or an image that a mount names and that is not there is a wrong argument: of "not found" clients take the container's own image to be missing, and pull it.</summary>
    private IReadOnlyList<MountRecord> PlanMounts(ContainerConfig config, HostConfig host, string? platform)
    {
        try
        {
            return [.. MountPlan.Make(config, host, other => parts.Store.Get(other).Record.Mounts, parts.Options.DataRoot).Select(mount => WithImage(mount, platform))];
        }
        catch (NotFoundException e)
        {
            throw new InvalidArgumentException(e.Message, e);
        }
    }

    /// <summary>Who follows a log may come before the container runs.</summary>
    private void CreateLogDirectory(ContainerRecord record)
    {
        if (LogDrivers.File(parts.Paths, record) is { } file)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file.Path)!);
        }
    }

    /// <summary>Docker fills volumes when the container is made, so that they can be read before it runs.</summary>
    private void CopyUp(ContainerRecord record)
    {
        var mounts = record.Mounts.Where(mount => mount is { Type: "volume", NoCopy: false }).ToList();
        if (mounts.Count == 0)
        {
            return;
        }

        using var mount = parts.Images.OpenMount(record.Id);
        using var root = mount.OpenRoot();
        mounts.ForEach(volume => parts.Volumes.CopyUp(volume, root, record.Id));
    }

    private MountRecord WithImage(MountRecord mount, string? platform) =>
        mount.Type == "image" ? mount with { ImageId = parts.Images.Resolve(mount.Source, platform).Id } : mount;

    private string HostName(ContainerConfig config, HostConfig host, string id) =>
        NetworkName.IsContainer(host.NetworkMode) ? parts.Store.Get(host.NetworkMode[NetworkName.ContainerPrefix.Length..]).Record.Config.Hostname
        : config.Hostname.Length > 0 ? config.Hostname
        : host.NetworkMode == "host" || host.UTSMode == "host" ? Environment.MachineName
        : ContainerIdentity.Short(id);

    /// <summary>Another container by its id.</summary>
    private string NetworkMode(string given) => given is "" or "default" ? NetworkName.Bridge : OtherContainer(given);

    private string OtherContainer(string given) =>
        !NetworkName.IsContainer(given) ? given
        : parts.Store.Find(given[NetworkName.ContainerPrefix.Length..]) is { } other ? NetworkName.ContainerPrefix + other.Id
        // Not "not found": clients would take it for the image, and pull.
        : throw new InvalidArgumentException($"No such container: {given[NetworkName.ContainerPrefix.Length..]}");
}
