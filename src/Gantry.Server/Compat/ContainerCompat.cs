using Gantry.Server.Http;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Server.Compat;

/// <summary>Containers in older versions of the API: members that did not exist yet are neither obeyed nor shown.</summary>
internal static class ContainerCompat
{
    public static ContainerCreateRequest Create(ContainerCreateRequest request, ApiVersion version)
    {
        if (version == ApiVersion.Newest)
        {
            return request;
        }

        if (request.NetworkingConfig?.EndpointsConfig is { } endpoints)
        {
            if (version.IsBefore(44) && endpoints.Count > 1)
            {
                throw new InvalidArgumentException($"Container cannot be created with multiple network endpoints: {string.Join(", ", endpoints.Keys.Order(StringComparer.Ordinal))}");
            }

            request = request with
            {
                NetworkingConfig = new() { EndpointsConfig = endpoints.ToDictionary(pair => pair.Key, pair => NetworkCompat.Endpoint(pair.Value ?? new(), version)) },
            };
        }

        if (request.HostConfig is not { } host)
        {
            return request;
        }

        if (version.IsBefore(25))
        {
            host = host with { AutoRemove = false };
        }

        if (version.IsBefore(40))
        {
            // The default was shareable until containers became private.
            host = host with { IpcMode = host.IpcMode.Length == 0 ? "shareable" : host.IpcMode };
        }

        if (version.IsBefore(42))
        {
            host = host with { ConsoleSize = [0, 0] };
        }
        else
        {
            host = host with { KernelMemory = 0 };
        }

        if (version.IsBefore(43))
        {
            host = host with { Annotations = null };
        }

        if (host.Mounts is { } mounts)
        {
            host = host with { Mounts = [.. mounts.Select(mount => MountOf(mount, version))] };
        }

        request = request with { HostConfig = host };
        return version.IsBefore(44) && request.Healthcheck is { } check
            ? request with { Healthcheck = check with { StartInterval = 0 } }
            : request;
    }

    public static HostConfig Update(HostConfig asked, ApiVersion version) => version.IsBefore(40) ? asked with { PidsLimit = null } : asked;

    public static IReadOnlyList<ContainerSummary> List(IReadOnlyList<ContainerSummary> list, ApiVersion version) =>
        version.IsBefore(48) ? [.. list.Select(container => Summary(container, version))] : list;

    public static ContainerInspectResponse Inspect(ContainerInspectResponse container, ApiVersion version)
    {
        if (version.IsBefore(48))
        {
            container = container with { ImageManifestDescriptor = null };
        }

        return version.IsBefore(45) && container.NetworkSettings.Networks is { } networks
            ? container with { NetworkSettings = container.NetworkSettings with { Networks = NetworkCompat.Shown(networks, version, container.Id) } }
            : container;
    }

    private static ContainerSummary Summary(ContainerSummary container, ApiVersion version) => container with
    {
        ImageManifestDescriptor = null,
        HostConfig = version.IsBefore(46) ? container.HostConfig with { Annotations = null } : container.HostConfig,
    };

    private static Mount MountOf(Mount mount, ApiVersion version)
    {
        if (version.IsBefore(42) && mount.BindOptions is { CreateMountpoint: true } missing)
        {
            mount = mount with { BindOptions = missing with { CreateMountpoint = false } };
        }

        if (version.IsBefore(44) && mount.BindOptions is { ReadOnlyForceRecursive: true })
        {
            throw new InvalidArgumentException("BindOptions.ReadOnlyForceRecursive needs API v1.44 or newer");
        }

        // A read-only bind mount reached only its top before.
        if (version.IsBefore(44) && mount is { Type: "bind", ReadOnly: true })
        {
            mount = mount with { BindOptions = (mount.BindOptions ?? new BindOptions()) with { ReadOnlyNonRecursive = true } };
        }

        if (version.IsBefore(45) && mount.VolumeOptions is { Subpath: not null })
        {
            throw new InvalidArgumentException("VolumeOptions.Subpath needs API v1.45 or newer");
        }

        if (version.IsBefore(46) && mount.TmpfsOptions is { Options: not null } tmpfs)
        {
            mount = mount with { TmpfsOptions = tmpfs with { Options = null } };
        }

        if (version.IsBefore(48) && mount.Type == "image")
        {
            throw new InvalidArgumentException("Mount type \"Image\" needs API v1.48 or newer");
        }

        return mount;
    }
}
