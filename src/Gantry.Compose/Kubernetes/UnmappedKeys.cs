using Gantry.Compose.Model;

namespace Gantry.Compose.Kubernetes;

/// <summary>Keys that Kubernetes has nothing for: whoever uses one is told.</summary>
internal static class UnmappedKeys
{
    private const string NoSetting = "it is left out: Kubernetes has no setting for it";
    private const string OfTheNode = "it is left out: in Kubernetes it is a matter of the node";

    public static void Tell(ManifestContext context, ComposeService service)
    {
        foreach (var (key, isSet, why) in Keys(service))
        {
            if (isSet)
            {
                context.Warn(service, key, why);
            }
        }

        TellOfNetwork(context, service);
    }

    /// <summary>Told once for the project.</summary>
    public static void TellOfNetworks(ManifestContext context)
    {
        var networks = context.Project.Services.Values.SelectMany(service => service.Networks.Keys).Distinct().ToList();
        if (networks.Count > 1)
        {
            context.Warn("networks", $"all pods reach each other: {string.Join(", ", networks)} keep nothing apart without a NetworkPolicy");
        }

        foreach (var (key, network) in context.Project.Networks)
        {
            if (network.External || network.Internal || network.Driver is not (null or "" or "bridge" or "default") || network.DriverOpts.Count > 0 || network.Ipam.Config.Count > 0)
            {
                context.Warn($"networks.{key}", "its settings are left out: pods are on the network of the cluster");
            }
        }
    }

    private static void TellOfNetwork(ManifestContext context, ComposeService service)
    {
        switch (service.NetworkMode)
        {
            case "host":
                context.Warn(service, "network_mode", "its pods are on the network of their node (hostNetwork), where a port can be taken once, and have no Service");
                break;
            case "none":
                context.Warn(service, "network_mode", "Kubernetes has no pod without a network; a NetworkPolicy can cut it off");
                break;
            case { } mode when mode.Contains(':', StringComparison.Ordinal):
                context.Warn(service, "network_mode", $"{mode} is left out: only containers of one pod share a network");
                break;
        }

        foreach (var (name, network) in service.Networks)
        {
            if (network is { Ipv4Address: not null } or { Ipv6Address: not null } or { MacAddress: not null } or { LinkLocalIps.Count: > 0 })
            {
                context.Warn(service, $"networks.{name}", "addresses are left out: the cluster gives them");
            }
        }
    }

    private static IEnumerable<(string Key, bool IsSet, string Why)> Keys(ComposeService service) =>
    [
        ("blkio_config", service.BlkioConfig is not null, OfTheNode),
        ("cgroup", service.Cgroup is not null, OfTheNode),
        ("cgroup_parent", service.CgroupParent is not null, OfTheNode),
        ("container_name", service.ContainerName is not null, "it is left out: pods have names of their own, and others find the service by its name"),
        ("cpu_shares", service.CpuShares != 0, "it is left out: deploy.resources.reservations.cpus says it"),
        ("cpuset", service.Cpuset is not null, OfTheNode),
        ("cpu_quota", service.CpuQuota != 0 || service.CpuPeriod != 0 || service.CpuCount != 0 || service.CpuPercent != 0, "it is left out: cpus says it"),
        ("cpu_rt_runtime", service.CpuRtPeriod != 0 || service.CpuRtRuntime != 0, OfTheNode),
        ("credential_spec", service.CredentialSpec is not null, NoSetting),
        ("deploy.endpoint_mode", service.Deploy?.EndpointMode is not null, "it is left out: a Service has one address"),
        ("deploy.placement.max_replicas_per_node", service.Deploy?.Placement.MaxReplicasPerNode > 0, NoSetting),
        ("deploy.rollback_config", service.Deploy?.RollbackConfig is not null, "it is left out: kubectl rollout undo goes back"),
        ("develop", service.Develop is not null, "it is left out: it is for the machine it is developed on"),
        ("device_cgroup_rules", service.DeviceCgroupRules.Count > 0, OfTheNode),
        ("devices", service.Devices.Count > 0, "they are left out: devices of nodes come from plug-ins of the cluster"),
        ("domainname", service.Domainname is not null, NoSetting),
        ("external_links", service.ExternalLinks.Count > 0, "they are left out: other projects are found by the names of their Services"),
        ("init", service.Init == true, "it is left out: give the image an init of its own"),
        ("ipc", service.Ipc is not (null or "host" or "private"), "it is left out: only containers of one pod share it"),
        ("isolation", service.Isolation is not null, NoSetting),
        ("label_file", service.LabelFiles.Count > 0, NoSetting),
        ("logging", service.Logging is not null, OfTheNode),
        ("mac_address", service.MacAddress is not null, NoSetting),
        ("mem_swappiness", service.MemSwappiness != 0 || service.MemswapLimit != 0, OfTheNode),
        ("models", service.Models.Count > 0, NoSetting),
        ("oom_score_adj", service.OomScoreAdj != 0 || service.OomKillDisable, OfTheNode),
        ("pid", service.Pid is not (null or "host"), "it is left out: only containers of one pod share it"),
        ("stop_signal", service.StopSignal is not null, "it is left out: the image's stop signal counts"),
        ("storage_opt", service.StorageOpt.Count > 0, NoSetting),
        ("ulimits", service.Ulimits.Count > 0, OfTheNode),
        ("use_api_socket", service.UseApiSocket, NoSetting),
        ("userns_mode", service.UsernsMode is not null, OfTheNode),
        ("uts", service.Uts is not null, NoSetting),
        ("volumes_from", service.VolumesFrom.Count > 0, "they are left out: name the volumes that are shared"),
    ];
}
