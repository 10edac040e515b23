using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gantry.Engine.Backends;
using Gantry.Server.Http;

namespace Gantry.Server.Metrics;

/// <summary>What the daemon counts, by dockerd's names, in Prometheus' text format.</summary>
internal sealed class DaemonMetrics(ISystemBackend system)
{
    private const string Containers = "engine_daemon_container_actions_seconds";
    private const string Images = "engine_daemon_image_actions_seconds";
    private const string Networks = "engine_daemon_network_actions_seconds";
    private static readonly DateTimeOffset Started = Process.GetCurrentProcess().StartTime.ToUniversalTime();

    /// <summary>Which requests are timed, and as what.</summary>
    private static readonly Dictionary<string, (string Metric, string Action)> Timed = new(StringComparer.Ordinal)
    {
        ["POST /containers/create"] = (Containers, "create"),
        ["POST /containers/{id}/start"] = (Containers, "start"),
        ["DELETE /containers/{id*}"] = (Containers, "delete"),
        ["GET /containers/{id}/changes"] = (Containers, "changes"),
        ["POST /commit"] = (Containers, "commit"),
        ["POST /images/create"] = (Images, "pull"),
        ["POST /images/{name*}/push"] = (Images, "push"),
        ["POST /images/load"] = (Images, "load"),
        ["DELETE /images/{name*}"] = (Images, "delete"),
        ["POST /networks/{id}/connect"] = (Networks, "connect"),
        ["POST /networks/{id}/disconnect"] = (Networks, "release"),
        ["POST /networks/create"] = (Networks, "create"),
    };

    private readonly Dictionary<string, Histogram> durations = Timed.Keys.ToDictionary(route => route, _ => new Histogram(), StringComparer.Ordinal);
    private readonly Histogram information = new();
    private long buildsBegun;
    private long buildsFailed;

    /// <summary>Runs a request's handler and counts it.</summary>
    public async Task RunAsync(Route route, ApiRequest request)
    {
        var name = $"{route.Method} {route.Pattern}";
        var isBuild = name == "POST /build";
        var begun = Stopwatch.GetTimestamp();
        if (isBuild) Interlocked.Increment(ref buildsBegun);
        try
        {
            await route.Handler(request).ConfigureAwait(false);
        }
        catch when (isBuild)
        {
            Interlocked.Increment(ref buildsFailed);
            throw;
        }
        finally
        {
            durations.GetValueOrDefault(name)?.Add(Stopwatch.GetElapsedTime(begun));
        }
    }

    public async Task<string> WriteAsync(CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        var info = await system.InfoAsync(cancellationToken).ConfigureAwait(false);
        information.Add(Stopwatch.GetElapsedTime(begun));
        var text = new StringBuilder(16 * 1024);
        Head(text, "engine_daemon_engine_info", "gauge", "The information related to the engine and the OS it is running on");
        text.Append(CultureInfo.InvariantCulture, $"engine_daemon_engine_info{{architecture=\"{info.Architecture}\",daemon_id=\"{info.ID}\",kernel=\"{info.KernelVersion}\",os=\"{info.OperatingSystem}\",os_type=\"{info.OSType}\",os_version=\"{info.OSVersion}\",version=\"{info.ServerVersion}\"}} 1\n");
        Number(text, "engine_daemon_engine_cpus_cpus", "gauge", "The number of cpus that the host system of the engine has", info.NCPU);
        Number(text, "engine_daemon_engine_memory_bytes", "gauge", "The number of bytes of memory that the host system of the engine has", info.MemTotal);
        Head(text, "engine_daemon_container_states_containers", "gauge", "The count of containers in various states");
        foreach (var (state, count) in new[] { ("paused", info.ContainersPaused), ("running", info.ContainersRunning), ("stopped", info.ContainersStopped) })
        {
            text.Append(CultureInfo.InvariantCulture, $"engine_daemon_container_states_containers{{state=\"{state}\"}} {count}\n");
        }

        Number(text, "engine_daemon_events_subscribers_total", "gauge", "The number of current subscribers to events", info.NEventsListener);
        Number(text, "builder_builds_triggered_total", "counter", "Number of triggered image builds", Interlocked.Read(ref buildsBegun));
        Number(text, "builder_builds_failed_total", "counter", "Number of failed image builds", Interlocked.Read(ref buildsFailed));
        foreach (var metric in Timed.GroupBy(entry => entry.Value.Metric, StringComparer.Ordinal))
        {
            Head(text, metric.Key, "histogram", "The number of seconds it takes to process each action");
            foreach (var (route, (_, action)) in metric) durations[route].Write(text, metric.Key, $"action=\"{action}\"");
        }

        Head(text, "engine_daemon_host_info_functions_seconds", "histogram", "The number of seconds it takes to call functions gathering info about the host");
        information.Write(text, "engine_daemon_host_info_functions_seconds", "function=\"system_info\"");
        WriteProcess(text, info.NFd);
        return text.ToString();
    }

    private static void WriteProcess(StringBuilder text, int openFiles)
    {
        using var own = Process.GetCurrentProcess();
        Number(text, "process_cpu_seconds_total", "counter", "Total user and system CPU time spent in seconds.", own.TotalProcessorTime.TotalSeconds);
        Number(text, "process_open_fds", "gauge", "Number of open file descriptors.", openFiles);
        Number(text, "process_resident_memory_bytes", "gauge", "Resident memory size in bytes.", own.WorkingSet64);
        Number(text, "process_virtual_memory_bytes", "gauge", "Virtual memory size in bytes.", own.VirtualMemorySize64);
        Number(text, "process_start_time_seconds", "gauge", "Start time of the process since unix epoch in seconds.", (Started - DateTimeOffset.UnixEpoch).TotalSeconds);
        Number(text, "process_threads", "gauge", "Number of threads.", own.Threads.Count);
    }

    private static void Number(StringBuilder text, string name, string type, string help, double value)
    {
        Head(text, name, type, help);
        text.Append(CultureInfo.InvariantCulture, $"{name} {value}\n");
    }

    private static void Head(StringBuilder text, string name, string type, string help) => text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");
}
