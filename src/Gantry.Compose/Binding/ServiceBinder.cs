using System.Globalization;
using Gantry.Compose.Model;
using Gantry.Compose.Nodes;

namespace Gantry.Compose.Binding;

/// <summary>A service of the canonical tree as its type.</summary>
internal static class ServiceBinder
{
    public static ComposeService Bind(string name, MappingReader service) => new()
    {
        Name = name,
        Profiles = service.Texts("profiles"),
        Annotations = service.Map("annotations"),
        Attach = service.Bool("attach"),
        Build = service.Mapping("build") is { } build ? BuildBinder.Bind(build) : null,
        Develop = service.Mapping("develop") is { } develop ? Develop(develop) : null,
        BlkioConfig = service.Mapping("blkio_config") is { } blkio ? HostBinder.BlockIo(blkio) : null,
        CapAdd = service.Texts("cap_add"),
        CapDrop = service.Texts("cap_drop"),
        CgroupParent = service.Text("cgroup_parent"),
        Cgroup = service.Text("cgroup"),
        CpuCount = service.Long("cpu_count") ?? 0,
        CpuPercent = service.Float("cpu_percent"),
        CpuPeriod = Microseconds(service, "cpu_period"),
        CpuQuota = service.Long("cpu_quota") ?? 0,
        CpuRtPeriod = Microseconds(service, "cpu_rt_period"),
        CpuRtRuntime = Microseconds(service, "cpu_rt_runtime"),
        Cpus = service.Float("cpus"),
        Cpuset = service.Text("cpuset"),
        CpuShares = service.Long("cpu_shares") ?? 0,
        Command = Command(service, "command"),
        Configs = service.Each("configs", FileReference),
        ContainerName = service.Text("container_name"),
        CredentialSpec = service.Mapping("credential_spec") is { } credential ? Credential(credential) : null,
        DependsOn = service.Named("depends_on", (_, dependency, _) => Dependency(dependency)),
        Deploy = service.Mapping("deploy") is { } deploy ? DeployBinder.Bind(deploy) : null,
        DeviceCgroupRules = service.Texts("device_cgroup_rules"),
        Devices = service.Each("devices", HostBinder.Device),
        Dns = service.Texts("dns"),
        DnsOpt = service.Texts("dns_opt"),
        DnsSearch = service.Texts("dns_search"),
        Domainname = service.Text("domainname"),
        Entrypoint = Command(service, "entrypoint"),
        Environment = service.OptionalMap("environment"),
        EnvFiles = service.Each("env_file", file => new EnvFile { Path = file.Required("path"), Required = file.Bool("required") ?? true, Format = file.Text("format") }),
        Expose = service.Texts("expose"),
        ExternalLinks = service.Texts("external_links"),
        ExtraHosts = HostBinder.ExtraHosts(service, "extra_hosts"),
        Gpus = service.Each("gpus", DeployBinder.Device),
        GroupAdd = service.Texts("group_add"),
        Hostname = service.Text("hostname"),
        HealthCheck = service.Mapping("healthcheck") is { } health ? Health(health) : null,
        Image = service.Text("image"),
        Init = service.Bool("init"),
        Ipc = service.Text("ipc"),
        Isolation = service.Text("isolation"),
        Labels = service.Map("labels"),
        LabelFiles = service.Texts("label_file"),
        Links = service.Texts("links"),
        Logging = service.Mapping("logging") is { } logging ? Logging(logging) : null,
        MemLimit = service.Bytes("mem_limit"),
        MemReservation = service.Bytes("mem_reservation"),
        MemswapLimit = service.Bytes("memswap_limit"),
        MemSwappiness = service.Bytes("mem_swappiness"),
        MacAddress = service.Text("mac_address"),
        Models = service.Named("models", (_, model, isMapping) => isMapping ? Model(model) : null),
        NetworkMode = service.Text("network_mode"),
        Networks = service.Named("networks", (_, network, isMapping) => isMapping ? NetworkBinder.Service(network) : null),
        OomKillDisable = service.Flag("oom_kill_disable"),
        OomScoreAdj = service.Long("oom_score_adj") ?? 0,
        Pid = service.Text("pid"),
        PidsLimit = service.Long("pids_limit") ?? 0,
        Platform = service.Text("platform"),
        Ports = service.Each("ports", NetworkBinder.Port),
        PostStart = service.Each("post_start", Hook),
        PreStart = service.Each("pre_start", Hook),
        PreStop = service.Each("pre_stop", Hook),
        Privileged = service.Flag("privileged"),
        Provider = service.Mapping("provider") is { } provider ? Provider(provider) : null,
        PullPolicy = service.Text("pull_policy"),
        PullRefreshAfter = service.Text("pull_refresh_after"),
        ReadOnly = service.Flag("read_only"),
        Restart = service.Text("restart"),
        Runtime = service.Text("runtime"),
        Scale = service.Int("scale"),
        Secrets = service.Each("secrets", FileReference),
        SecurityOpt = service.Texts("security_opt"),
        ShmSize = service.Bytes("shm_size"),
        StdinOpen = service.Flag("stdin_open"),
        StopGracePeriod = service.Duration("stop_grace_period"),
        StopSignal = service.Text("stop_signal"),
        StorageOpt = service.Map("storage_opt"),
        Sysctls = service.Map("sysctls"),
        Tmpfs = service.Texts("tmpfs"),
        Tty = service.Flag("tty"),
        Ulimits = HostBinder.Ulimits(service),
        User = service.Text("user"),
        UseApiSocket = service.Flag("use_api_socket"),
        UsernsMode = service.Text("userns_mode"),
        Uts = service.Text("uts"),
        Volumes = service.Each("volumes", MountBinder.Bind),
        VolumesFrom = service.Texts("volumes_from"),
        WorkingDir = service.Text("working_dir"),
        Extensions = service.Extensions(),
    };

    public static FileReference FileReference(MappingReader file) => new()
    {
        Source = file.Text("source") ?? "",
        Target = file.Text("target"),
        Uid = file.Text("uid"),
        Gid = file.Text("gid"),
        Mode = file.Mode("mode"),
        Extensions = file.Extensions(),
    };

    /// <summary>Null where the key is absent or empty.</summary>
    private static IReadOnlyList<string>? Command(MappingReader service, string key)
    {
        if (service.Node(key) is not ScalarNode { Value: string text } scalar)
        {
            return service.Has(key) ? service.Texts(key) : null;
        }

        try
        {
            return ShellWords.Split(text);
        }
        catch (FormatException e)
        {
            throw new ComposeException($"{service.Path}.{key}: \"{text}\" is no command line: {e.Message}", scalar.Origin, e);
        }
    }

    /// <summary>A number, or a duration.</summary>
    private static long Microseconds(MappingReader service, string key) =>
        service.Node(key) is ScalarNode { Value: string text } && !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            ? (long)service.Duration(key)!.Value.TotalMicroseconds
            : service.Long(key) ?? 0;

    private static DependsOn Dependency(MappingReader dependency) => new()
    {
        Condition = dependency.Text("condition") ?? "service_started",
        Restart = dependency.Flag("restart"),
        Required = dependency.Bool("required") ?? true,
        Extensions = dependency.Extensions(),
    };

    private static HealthCheck Health(MappingReader health) => new()
    {
        Test = health.Node("test") is ScalarNode { Value: string text } ? ["CMD-SHELL", text] : health.Texts("test"),
        Timeout = health.Duration("timeout"),
        Interval = health.Duration("interval"),
        Retries = health.Count("retries"),
        StartPeriod = health.Duration("start_period"),
        StartInterval = health.Duration("start_interval"),
        Disable = health.Flag("disable"),
        Extensions = health.Extensions(),
    };

    private static LoggingSettings Logging(MappingReader logging) => new()
    {
        Driver = logging.Text("driver"),
        Options = logging.Map("options"),
        Extensions = logging.Extensions(),
    };

    private static ServiceHook Hook(MappingReader hook) => new()
    {
        Command = Command(hook, "command"),
        Image = hook.Text("image"),
        PerReplica = hook.Flag("per_replica"),
        User = hook.Text("user"),
        Privileged = hook.Flag("privileged"),
        WorkingDir = hook.Text("working_dir"),
        Environment = hook.OptionalMap("environment"),
        Extensions = hook.Extensions(),
    };

    private static ProviderSettings Provider(MappingReader provider) => new()
    {
        Type = provider.Required("type"),
        Options = provider.Mapping("options") is { } options && provider.Node("options") is MappingNode mapping
            ? MappingReader.Sorted(mapping.Keys.Select(key => KeyValuePair.Create(key, options.Texts(key))))
            : Empty.Map<IReadOnlyList<string>>(),
        Extensions = provider.Extensions(),
    };

    private static ServiceModel Model(MappingReader model) => new()
    {
        EndpointVariable = model.Text("endpoint_var"),
        ModelVariable = model.Text("model_var"),
        Extensions = model.Extensions(),
    };

    private static CredentialSpec Credential(MappingReader credential) => new()
    {
        Config = credential.Text("config"),
        File = credential.Text("file"),
        Registry = credential.Text("registry"),
        Extensions = credential.Extensions(),
    };

    private static DevelopSettings Develop(MappingReader develop) => new()
    {
        Watch = develop.Each("watch", rule => new WatchRule
        {
            Path = rule.Required("path"),
            Action = rule.Required("action"),
            Target = rule.Text("target"),
            Exec = rule.Mapping("exec") is { } exec ? Hook(exec) : null,
            Include = rule.Texts("include"),
            Ignore = rule.Texts("ignore"),
            InitialSync = rule.Flag("initial_sync"),
            Extensions = rule.Extensions(),
        }),
        Extensions = develop.Extensions(),
    };
}
