namespace Gantry.Engine;

/// <summary>Where things live.</summary>
internal sealed class EnginePaths(EngineOptions options)
{
    public string Containers { get; } = Path.Combine(options.DataRoot, "containers");

    public string Volumes { get; } = Path.Combine(options.DataRoot, "volumes");

    public string Bundles { get; } = Path.Combine(options.ExecRoot, "containers");

    /// <summary>Filters compiled once, shared by all containers that ask for the same.</summary>
    public string SeccompFilters { get; } = Path.Combine(options.ExecRoot, "seccomp");

    /// <summary>The state that another OCI runtime keeps of our containers.</summary>
    public string RuntimeState(string name) => Path.Combine(options.ExecRoot, "runtimes", name);

    public string Container(string id) => Path.Combine(Containers, id);

    public string Log(string id) => Path.Combine(Containers, id, id + "-json.log");

    /// <summary>The log of the driver <c>local</c>.</summary>
    public string LocalLog(string id) => Path.Combine(Containers, id, "local-logs", "container.log");

    /// <summary>What is kept of a log that goes elsewhere.</summary>
    public string CachedLog(string id) => Path.Combine(Containers, id, "container-cached.log");

    public string Exit(string id) => Path.Combine(Containers, id, "exit.json");

    public string Hosts(string id) => Path.Combine(Containers, id, "hosts");

    public string Hostname(string id) => Path.Combine(Containers, id, "hostname");

    public string ResolvConf(string id) => Path.Combine(Containers, id, "resolv.conf");

    public string Bundle(string id) => Path.Combine(Bundles, id);

    /// <summary>Where another container finds this one's /dev/shm, if it shares it.</summary>
    public string SharedMemory(string id) => Path.Combine(Bundles, id, "shm");

    public string MonitorSettings(string id) => Path.Combine(Bundles, id, Runtime.Monitor.MonitorSettings.FileName);
}
