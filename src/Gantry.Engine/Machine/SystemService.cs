using System.Runtime.InteropServices;
using Gantry.Engine.Backends;
using Gantry.Engine.Containers;
using Gantry.Engine.Logs.Drivers;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Machine;

/// <summary>What this daemon and its machine are.</summary>
/// <param name="parts">The engine's.</param>
/// <param name="daemonId">Made once for each data root.</param>
/// <param name="countImages">How many images there are.</param>
/// <param name="authenticate">Checks credentials with their registry.</param>
internal sealed class SystemService(
    EngineParts parts, string daemonId, Func<int> countImages, Func<AuthConfig, CancellationToken, Task<AuthResponse>> authenticate) : ISystemBackend
{
    private const string ApiVersion = "1.50";
    private const string LeastApiVersion = "1.24";

    public VersionResponse Version()
    {
        var kernel = HostFacts.KernelVersion;
        return new VersionResponse
        {
            Platform = new() { Name = "Gantry" },
            Version = parts.Options.Version,
            ApiVersion = ApiVersion,
            MinAPIVersion = LeastApiVersion,
            GoVersion = RuntimeInformation.FrameworkDescription,
            Os = "linux",
            Arch = Platform.Current.Architecture,
            KernelVersion = kernel,
            Experimental = parts.Options.IsExperimental,
            Components =
            [
                new()
                {
                    Name = "Engine",
                    Version = parts.Options.Version,
                    Details = new()
                    {
                        ["ApiVersion"] = ApiVersion,
                        ["Arch"] = Platform.Current.Architecture,
                        ["Experimental"] = parts.Options.IsExperimental ? "true" : "false",
                        ["GoVersion"] = RuntimeInformation.FrameworkDescription,
                        ["KernelVersion"] = kernel,
                        ["MinAPIVersion"] = LeastApiVersion,
                        ["Os"] = "linux",
                    },
                },
                new() { Name = RuntimeOptions.StockName, Version = parts.Options.Version },
            ],
        };
    }

    public Task<SystemInfo> InfoAsync(CancellationToken cancellationToken)
    {
        var states = parts.Store.All().Select(container => container.Record.State).ToArray();
        var swapLimit = HostFacts.HasSwapLimit(parts.Cgroups);
        return Task.FromResult(new SystemInfo
        {
            ID = daemonId,
            Containers = states.Length,
            ContainersRunning = states.Count(state => state is { Running: true, Paused: false }),
            ContainersPaused = states.Count(state => state.Paused),
            ContainersStopped = states.Count(state => !state.Running),
            Images = countImages(),
            Driver = "overlay2",
            // By the type clients of Docker tell a daemon that keeps images of several platforms, attestations and OCI archives.
            DriverStatus = [["driver-type", "io.containerd.snapshotter.v1"], ["Root directory", parts.Options.DataRoot], ["Mounts", "detached"]],
            Plugins = new() { Volume = ["local"], Network = ["bridge", "host", "ipvlan", "macvlan", "null"], Authorization = parts.Options.AuthorizationPlugins.Count > 0 ? [.. parts.Options.AuthorizationPlugins] : null, Log = LogDrivers.Names },
            MemoryLimit = parts.Cgroups.Has("memory"),
            SwapLimit = swapLimit,
            CpuCfsPeriod = parts.Cgroups.Has("cpu"),
            CpuCfsQuota = parts.Cgroups.Has("cpu"),
            CPUShares = parts.Cgroups.Has("cpu"),
            CPUSet = parts.Cgroups.Has("cpuset"),
            PidsLimit = parts.Cgroups.Has("pids"),
            OomKillDisable = !parts.Cgroups.IsUnified && parts.Cgroups.Has("memory"),
            IPv4Forwarding = HostFacts.ForwardsIPv4,
            Debug = parts.Options.IsDebug,
            NFd = HostFacts.OpenFiles,
            NGoroutines = states.Count(state => state.Running) + parts.Bus.SubscriberCount,
            NEventsListener = parts.Bus.SubscriberCount,
            SystemTime = GoTime.Format(parts.Time.GetUtcNow()),
            LoggingDriver = parts.Options.LogConfig.Type,
            CgroupDriver = "cgroupfs",
            CgroupVersion = parts.Cgroups.IsUnified ? "2" : "1",
            KernelVersion = HostFacts.KernelVersion,
            OperatingSystem = HostFacts.OsRelease("PRETTY_NAME"),
            OSVersion = HostFacts.OsRelease("VERSION_ID"),
            OSType = "linux",
            Architecture = HostFacts.Architecture,
            IndexServerAddress = "https://index.docker.io/v1/",
            RegistryConfig = Registries(),
            NCPU = Environment.ProcessorCount,
            MemTotal = HostFacts.MemoryTotal,
            DockerRootDir = parts.Options.DataRoot,
            HttpProxy = Environment.GetEnvironmentVariable("HTTP_PROXY") ?? "",
            HttpsProxy = Environment.GetEnvironmentVariable("HTTPS_PROXY") ?? "",
            NoProxy = Environment.GetEnvironmentVariable("NO_PROXY") ?? "",
            Name = Environment.MachineName,
            Labels = [.. parts.Options.Labels],
            ExperimentalBuild = parts.Options.IsExperimental,
            ServerVersion = parts.Options.Version,
            Runtimes = Runtimes(),
            DefaultRuntime = parts.Options.Runtimes.Default,
            LiveRestoreEnabled = parts.Options.LiveRestore,
            InitBinary = "docker-init",
            SecurityOptions = ["name=seccomp,profile=builtin", .. parts.Cgroups.IsUnified ? (string[])["name=cgroupns"] : []],
            FirewallBackend = new() { Driver = "nftables" },
            CDISpecDirs = [.. parts.Options.DeviceDirectories],
            DiscoveredDevices = parts.Devices.Names.Select(name => new DeviceInfo { Source = "cdi", ID = name }).ToArray() is { Length: > 0 } devices ? devices : null,
            Warnings = [.. swapLimit ? (string[])[] : ["WARNING: No swap limit support"], .. parts.Networks.Warnings()],
        });
    }

    public Task<AuthResponse> AuthenticateAsync(AuthConfig credentials, CancellationToken cancellationToken) => authenticate(credentials, cancellationToken);

    private Dictionary<string, RuntimeInfo> Runtimes()
    {
        var all = RuntimeOptions.StockNames.ToDictionary(name => name, _ => new RuntimeInfo { Path = parts.Options.RuntimePath }, StringComparer.Ordinal);
        foreach (var (name, program) in parts.Options.Runtimes.Named)
        {
            all[name] = new() { Path = program.Path, RuntimeArgs = program.Arguments.Count > 0 ? [.. program.Arguments] : null };
        }

        return all;
    }

    private RegistryServiceConfig Registries()
    {
        var insecure = parts.Options.InsecureRegistries;
        var indexes = insecure.Where(name => !name.Contains('/', StringComparison.Ordinal))
            .ToDictionary(name => name, name => new IndexInfo { Name = name, Secure = false }, StringComparer.Ordinal);
        indexes["docker.io"] = new() { Name = "docker.io", Mirrors = Mirrors(), Secure = true, Official = true };
        return new()
        {
            InsecureRegistryCIDRs = ["::1/128", "127.0.0.0/8", .. insecure.Where(name => name.Contains('/', StringComparison.Ordinal))],
            IndexConfigs = indexes,
            Mirrors = Mirrors(),
        };
    }

    private string[] Mirrors() => [.. parts.Options.RegistryMirrors.Select(mirror => mirror.EndsWith('/') ? mirror : mirror + "/")];
}
