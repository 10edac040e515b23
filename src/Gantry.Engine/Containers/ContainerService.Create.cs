using Gantry.Engine.Mounts;
using Gantry.Engine.Networks;
using Gantry.Engine.Validation;
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
        var config = ConfigMerge.Merge(request.ToConfig(), image.Config);
        var host = request.HostConfig ?? new HostConfig();
        if (config.NetworkDisabled && host.NetworkMode.Length == 0)
        {
            host = host with { NetworkMode = NetworkName.None };
        }

        host = host with { NetworkMode = NetworkMode(host.NetworkMode) };

        ConfigRules.Check(config);
        var warnings = HostRules.Check(host, config);
        var (path, arguments) = ConfigMerge.CommandLine(config);
        host = HostDefaults.Apply(host, parts.Cgroups);
        config = config with { Hostname = HostName(config, host, id) };
        var networks = parts.Networks.Plan(request.NetworkingConfig, host, config);
        var links = parts.Networks.PlanLinks(host);
        var mounts = MountPlan.Make(config, host, parts.Volumes);
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
            Mounts = mounts,
            Networks = networks,
            Links = links,
        };
        var container = parts.Store.Add(record);
        try
        {
            // The row is first: a snapshot or directory without one is swept at the next start.
            parts.Images.CreateSnapshot(id, image.Id);
            Directory.CreateDirectory(parts.Paths.Container(id));
            foreach (var mount in mounts)
            {
                if (mount is { Type: "volume", Name: { } volume })
                {
                    parts.Volumes.Ensure(volume);
                }
            }
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

    private string HostName(ContainerConfig config, HostConfig host, string id) =>
        NetworkName.IsContainer(host.NetworkMode) ? parts.Store.Get(host.NetworkMode[NetworkName.ContainerPrefix.Length..]).Record.Config.Hostname
        : config.Hostname.Length > 0 ? config.Hostname
        : host.NetworkMode == "host" || host.UTSMode == "host" ? Environment.MachineName
        : ContainerIdentity.Short(id);

    /// <summary>The default by its name, and another container by its id.</summary>
    private string NetworkMode(string given) =>
        given is "" or "default" ? NetworkName.Bridge
        : NetworkName.IsContainer(given) ? NetworkName.ContainerPrefix + parts.Store.Get(given[NetworkName.ContainerPrefix.Length..]).Id
        : given;
}
