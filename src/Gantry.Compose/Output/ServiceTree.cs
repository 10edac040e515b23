using Gantry.Compose.Model;
using Gantry.Compose.Nodes;

namespace Gantry.Compose.Output;

/// <summary>A service as it is printed and hashed, in Docker Compose's order of keys.</summary>
internal static class ServiceTree
{
    public static MappingNode Of(ComposeService service, OutputFormat format)
    {
        var map = new OutputMap(format);
        map.Add("profiles", service.Profiles)
            .Add("annotations", service.Annotations)
            .Add("attach", service.Attach)
            .Add("build", service.Build is { } build ? BuildTree.Of(build, format) : null)
            .Add("develop", service.Develop is { } develop ? Develop(develop, format) : null)
            .Add("blkio_config", service.BlkioConfig is { } blkio ? HostTrees.BlockIo(blkio, format) : null)
            .Add("cap_add", service.CapAdd)
            .Add("cap_drop", service.CapDrop)
            .Add("cgroup_parent", service.CgroupParent)
            .Add("cgroup", service.Cgroup)
            .Add("cpu_count", service.CpuCount)
            .Add("cpu_percent", service.CpuPercent)
            .Add("cpu_period", service.CpuPeriod)
            .Add("cpu_quota", service.CpuQuota)
            .Add("cpu_rt_period", service.CpuRtPeriod)
            .Add("cpu_rt_runtime", service.CpuRtRuntime)
            .Add("cpus", service.Cpus)
            .Add("cpuset", service.Cpuset)
            .Add("cpu_shares", service.CpuShares)
            .Add("command", Command(service.Command, format))
            .Add("configs", service.Configs, file => FileReference(file, format))
            .Add("container_name", service.ContainerName)
            .Add("credential_spec", service.CredentialSpec is { } credential ? Credential(credential, format) : null)
            .Add("depends_on", service.DependsOn, dependency => Dependency(dependency, format))
            .Add("deploy", service.Deploy is { } deploy ? DeployTree.Of(deploy, format) : null)
            .Add("device_cgroup_rules", service.DeviceCgroupRules)
            .Add("devices", service.Devices, device => HostTrees.Device(device, format))
            .Add("dns", service.Dns)
            .Add("dns_opt", service.DnsOpt)
            .Add("dns_search", service.DnsSearch)
            .Add("domainname", service.Domainname)
            .Add("entrypoint", Command(service.Entrypoint, format))
            .Add("provider", service.Provider is { } provider ? Provider(provider, format) : null)
            .AddOptional("environment", service.Environment)
            .Add("env_file", service.EnvFiles, file => EnvironmentFile(file, format))
            .Add("expose", service.Expose)
            .Add("external_links", service.ExternalLinks)
            .Add("extra_hosts", HostTrees.ExtraHosts(service.ExtraHosts))
            .Add("group_add", service.GroupAdd)
            .Add("gpus", service.Gpus, device => DeployTree.Device(device, format))
            .Add("hostname", service.Hostname)
            .Add("healthcheck", service.HealthCheck is { } health ? Health(health, format) : null)
            .Add("image", service.Image)
            .Add("init", service.Init)
            .Add("ipc", service.Ipc)
            .Add("isolation", service.Isolation)
            .Add("labels", service.Labels)
            .Add("label_file", service.LabelFiles)
            .Add("links", service.Links)
            .Add("logging", service.Logging is { } logging ? Logging(logging, format) : null);
        AddSecondHalf(service, map, format);
        return map.Node;
    }

    public static MappingNode FileReference(FileReference file, OutputFormat format) => new OutputMap(format)
        .Add("source", file.Source)
        .Add("target", file.Target)
        .Add("uid", file.Uid)
        .Add("gid", file.Gid)
        .Add("mode", file.Mode)
        .AddExtensions(file.Extensions).Node;

    private static void AddSecondHalf(ComposeService service, OutputMap map, OutputFormat format) => map
        .AddBytes("mem_limit", service.MemLimit)
        .AddBytes("mem_reservation", service.MemReservation)
        .AddBytes("memswap_limit", service.MemswapLimit)
        .AddBytes("mem_swappiness", service.MemSwappiness)
        .Add("mac_address", service.MacAddress)
        .Add("models", service.Models, model => Model(model ?? new(), format))
        .Add("network_mode", service.NetworkMode)
        .Add("networks", service.Networks, network => network is null ? OutputMap.Scalar(null) : NetworkTrees.Attachment(network, format))
        .Add("oom_kill_disable", service.OomKillDisable)
        .Add("oom_score_adj", service.OomScoreAdj)
        .Add("pid", service.Pid)
        .Add("pids_limit", service.PidsLimit)
        .Add("platform", service.Platform)
        .Add("ports", service.Ports, port => NetworkTrees.Port(port, format))
        .Add("privileged", service.Privileged)
        .Add("pull_policy", service.PullPolicy)
        .Add("pull_refresh_after", service.PullRefreshAfter)
        .Add("read_only", service.ReadOnly)
        .Add("restart", service.Restart)
        .Add("runtime", service.Runtime)
        .AddInt("scale", service.Scale)
        .Add("secrets", service.Secrets, file => FileReference(file, format))
        .Add("security_opt", service.SecurityOpt)
        .AddBytes("shm_size", service.ShmSize)
        .Add("stdin_open", service.StdinOpen)
        .Add("stop_grace_period", service.StopGracePeriod)
        .Add("stop_signal", service.StopSignal)
        .Add("storage_opt", service.StorageOpt)
        .Add("sysctls", service.Sysctls)
        .Add("tmpfs", service.Tmpfs)
        .Add("tty", service.Tty)
        .Add("ulimits", service.Ulimits, limit => HostTrees.Ulimit(limit, format))
        .Add("use_api_socket", service.UseApiSocket)
        .Add("user", service.User)
        .Add("userns_mode", service.UsernsMode)
        .Add("uts", service.Uts)
        .Add("volumes", service.Volumes, mount => MountTree.Of(mount, format))
        .Add("volumes_from", service.VolumesFrom)
        .Add("working_dir", service.WorkingDir)
        .Add("post_start", service.PostStart, hook => Hook(hook, format))
        .Add("pre_start", service.PreStart, hook => Hook(hook, format))
        .Add("pre_stop", service.PreStop, hook => Hook(hook, format))
        .AddExtensions(service.Extensions);

    /// <summary>In JSON an absent command is null; an empty one is an empty list in both.</summary>
    private static Node? Command(IReadOnlyList<string>? command, OutputFormat format) => command is null
        ? format == OutputFormat.Json ? OutputMap.Scalar(null) : null
        : new SequenceNode(Origin.Implied, command.Select(OutputMap.Scalar));

    private static MappingNode Dependency(DependsOn dependency, OutputFormat format)
    {
        var map = new OutputMap(format)
            .Add("condition", dependency.Condition)
            .Add("restart", dependency.Restart)
            .Always("required", dependency.Required);
        return map.AddExtensions(dependency.Extensions).Node;
    }

    private static Node EnvironmentFile(EnvFile file, OutputFormat format) => file is { Required: true, Format: null }
        ? OutputMap.Scalar(file.Path)
        : new OutputMap(format).Add("path", file.Path).Always("required", file.Required).Add("format", file.Format).Node;

    private static MappingNode Health(HealthCheck health, OutputFormat format) => new OutputMap(format)
        .Add("test", health.Test)
        .Add("timeout", health.Timeout)
        .Add("interval", health.Interval)
        .Add("retries", health.Retries)
        .Add("start_period", health.StartPeriod)
        .Add("start_interval", health.StartInterval)
        .Add("disable", health.Disable)
        .AddExtensions(health.Extensions).Node;

    private static MappingNode Logging(LoggingSettings logging, OutputFormat format) => new OutputMap(format)
        .Add("driver", logging.Driver)
        .Add("options", logging.Options)
        .AddExtensions(logging.Extensions).Node;

    private static MappingNode Hook(ServiceHook hook, OutputFormat format) => new OutputMap(format)
        .Add("command", Command(hook.Command, format))
        .Add("image", hook.Image)
        .Add("user", hook.User)
        .Add("privileged", hook.Privileged)
        .Add("working_dir", hook.WorkingDir)
        .AddOptional("environment", hook.Environment)
        .Add("per_replica", hook.PerReplica)
        .AddExtensions(hook.Extensions).Node;

    private static MappingNode Provider(ProviderSettings provider, OutputFormat format) => new OutputMap(format)
        .Add("type", provider.Type)
        .Add("options", provider.Options, values => new SequenceNode(Origin.Implied, values.Select(OutputMap.Scalar)))
        .AddExtensions(provider.Extensions).Node;

    private static MappingNode Model(ServiceModel model, OutputFormat format) => new OutputMap(format)
        .Add("endpoint_var", model.EndpointVariable)
        .Add("model_var", model.ModelVariable)
        .AddExtensions(model.Extensions).Node;

    private static MappingNode Credential(CredentialSpec credential, OutputFormat format) => new OutputMap(format)
        .Add("config", credential.Config)
        .Add("file", credential.File)
        .Add("registry", credential.Registry)
        .AddExtensions(credential.Extensions).Node;

    private static MappingNode Develop(DevelopSettings develop, OutputFormat format) => new OutputMap(format)
        .Add("watch", develop.Watch, rule => new OutputMap(format)
            .Always("path", rule.Path)
            .Always("action", rule.Action)
            .Add("target", rule.Target)
            .Add("exec", rule.Exec is { } exec ? Hook(exec, format) : format == OutputFormat.Json ? Hook(new(), format) : null)
            .Add("include", rule.Include)
            .Add("ignore", rule.Ignore)
            .Add("initial_sync", rule.InitialSync)
            .AddExtensions(rule.Extensions).Node)
        .AddExtensions(develop.Extensions).Node;
}
