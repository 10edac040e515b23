using Gantry.Engine.Mounts;
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

        RefuseEndpoints(request.NetworkingConfig, request.HostConfig?.NetworkMode ?? "");
        var image = parts.Images.Resolve(request.Image, platform);
        var id = ContainerIdentity.New();
        var config = ConfigMerge.Merge(request.ToConfig(), image.Config);
        var host = request.HostConfig ?? new HostConfig();
        if (config.NetworkDisabled && host.NetworkMode.Length == 0)
        {
            host = host with { NetworkMode = "none" };
        }

        ConfigRules.Check(config);
        var warnings = HostRules.Check(host, config);
        var (path, arguments) = ConfigMerge.CommandLine(config);
        host = HostDefaults.Apply(host, parts.Cgroups);
        config = config with { Hostname = HostName(config, host, id) };
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

    private static string HostName(ContainerConfig config, HostConfig host, string id) =>
        config.Hostname.Length > 0 ? config.Hostname
        : host.NetworkMode == "host" || host.UTSMode == "host" ? Environment.MachineName
        : ContainerIdentity.Short(id);

    private static void RefuseEndpoints(NetworkingConfig? networking, string mode)
    {
        foreach (var (network, settings) in networking?.EndpointsConfig ?? [])
        {
            if (network != mode && !(network == "default" && mode.Length == 0))
            {
                throw new UnsupportedException($"network \"{network}\" is not there: this version has the networks none and host only, pass --network none or --network host");
            }

            if (settings is { IPAMConfig: not null } or { Aliases.Length: > 0 } or { Links.Length: > 0 } or { MacAddress.Length: > 0 })
            {
                throw new InvalidArgumentException($"network {network} takes no address, alias, link or MAC address");
            }
        }
    }
}
