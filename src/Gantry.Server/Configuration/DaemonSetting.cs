using System.Collections.Frozen;
using System.Text.Json;
using Gantry.Engine.Disk;
using Gantry.Spec;
using Gantry.Spec.Engine;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Configuration;

/// <summary>One setting: a flag, a key of <c>daemon.json</c>, or both.</summary>
/// <param name="Flag">Long form without dashes.</param>
/// <param name="Key">In the file; null when only a flag.</param>
/// <param name="Value">How help calls its value; null for a switch.</param>
internal sealed record DaemonSetting(
    string Flag, string? Key, char? Short, string? Value, string Help, Func<DaemonOptions, string, DaemonOptions> Apply)
{
    public static IReadOnlyList<DaemonSetting> All { get; } =
    [
        new("host", "hosts", 'H', "address", "Where to listen: unix:///path, tcp://address:port, or fd:// for a socket of the service manager; may be repeated (default unix://<exec-root>/gantry.sock)",
            (options, value) => options with { Hosts = [.. options.Hosts, HostAddress.Parse(value)] }),
        new("data-root", "data-root", null, "directory", "Images, containers and records (default /var/lib/gantry)",
            (options, value) => options with { DataRoot = Absolute("data-root", value) }),
        new("exec-root", "exec-root", null, "directory", "What exists only while containers run (default /run/gantry)",
            (options, value) => options with { ExecRoot = Absolute("exec-root", value) }),
        new("log-level", "log-level", 'l', "level", "debug, info, warn, error or fatal (default info)",
            (options, value) => options with { LogLevel = Level(value) }),
        new("debug", "debug", 'D', null, "The same as --log-level debug",
            (options, value) => Switch("debug", value) ? options with { LogLevel = LogLevel.Debug } : options),
        new("log-format", "log-format", null, "format", "text or json (default text)",
            (options, value) => options with { LogsJson = value switch { "text" => false, "json" => true, _ => throw new InvalidArgumentException($"invalid log format \"{value}\": text or json") } }),
        new("metrics-addr", "metrics-addr", null, "address:port", "Where Prometheus can read /metrics, without encryption (default nowhere)",
            (options, value) => options with { Metrics = System.Net.IPEndPoint.TryParse(value, out var address) && address.Port > 0 ? address : throw new InvalidArgumentException($"invalid metrics-addr \"{value}\": an address and a port are needed, as in 127.0.0.1:9323") }),
        new("pidfile", "pidfile", 'p', "file", "Where to write the daemon's process id (default nowhere)",
            (options, value) => options with { PidFile = Absolute("pidfile", value) }),
        new("group", "group", 'G', "group", "The group that may use the socket (default docker or gantry, if there is one)",
            (options, value) => options with { Group = value }),
        new("insecure-registry", "insecure-registries", null, "host[:port]", "A registry spoken to without TLS; may be repeated",
            (options, value) => options with { InsecureRegistries = [.. options.InsecureRegistries, value] }),
        new("registry-mirror", "registry-mirrors", null, "[host=]url", "Where to look for images of Docker Hub (or of host) first; may be repeated",
            (options, value) => options with { RegistryMirrors = [.. options.RegistryMirrors, value] }),
        new("max-concurrent-downloads", "max-concurrent-downloads", null, "number", "Downloads at once (default 3)",
            (options, value) => options with { MaxConcurrentDownloads = Positive("max-concurrent-downloads", value) }),
        new("max-concurrent-uploads", "max-concurrent-uploads", null, "number", "Uploads at once (default 5)",
            (options, value) => options with { MaxConcurrentUploads = Positive("max-concurrent-uploads", value) }),
        new("max-download-attempts", "max-download-attempts", null, "number", "Tries of a download or upload that makes no progress (default 5)",
            (options, value) => options with { MaxDownloadAttempts = Positive("max-download-attempts", value) }),
        new("http-proxy", "http-proxy", null, "url", "The proxy for http:// (default $HTTP_PROXY)",
            (options, value) => options with { HttpProxy = value }),
        new("https-proxy", "https-proxy", null, "url", "The proxy for https:// (default $HTTPS_PROXY)",
            (options, value) => options with { HttpsProxy = value }),
        new("no-proxy", "no-proxy", null, "hosts", "Hosts reached without a proxy, separated by commas (default $NO_PROXY)",
            (options, value) => options with { NoProxy = value }),
        new("disk-budget", "disk-budget", null, "size", "Disk that images, containers and volumes may take, as 20GB or 80%; past it unused images go, the least recently used first (default no limit)",
            (options, value) => options with { DiskBudget = DiskBudget.Parse(value) }),
        new("log-driver", "log-driver", null, "driver", "How containers log that say nothing else (default json-file)",
            (options, value) => options with { LogConfig = options.LogConfig with { Type = value } }),
        new("log-opt", "log-opts", null, "name=value", "An option of that driver; may be repeated",
            (options, value) => options with { LogConfig = WithOption(options.LogConfig, value) }) { Unfold = DaemonJson.Pairs },
        .. FeatureSettings.All,
        .. NetworkDaemonSettings.All,
        .. TlsSettings.All,
        .. ContainerDaemonSettings.All,
        .. RuntimeSettings.All,
        .. BuilderSettings.All,
        new("authorization-plugin", "authorization-plugins", null, "name", "A plug-in that judges each request and its answer; may be repeated",
            (options, value) => options with { AuthorizationPlugins = [.. options.AuthorizationPlugins, value] }),
        new("label", "labels", null, "key=value", "What info says of this daemon; may be repeated",
            (options, value) => options with { Labels = [.. options.Labels, value.Contains('=', StringComparison.Ordinal) ? value : throw new InvalidArgumentException($"invalid label \"{value}\": key=value is needed")] }),
        new("experimental", "experimental", null, null, "Tell clients that they may use what is experimental",
            (options, value) => options with { IsExperimental = Switch("experimental", value) }),
        new("live-restore", "live-restore", null, null, "Containers go on when the daemon stops (default true)",
            (options, value) => options with { LiveRestore = Switch("live-restore", value) }),
        new("shutdown-timeout", "shutdown-timeout", null, "seconds", "How long containers have to end, without live-restore (default 15)",
            (options, value) => options with { ShutdownSeconds = int.TryParse(value, out var seconds) && seconds >= -1 ? seconds : throw new InvalidArgumentException($"invalid shutdown-timeout \"{value}\": seconds are needed, or -1 to wait for ever") }),
        .. SettledSettings.All,
        new("insecure-tcp", null, null, null, "Listen on TCP without TLS: whoever reaches the port is root on this machine",
            (options, value) => options with { InsecureTcp = Switch("insecure-tcp", value) }),
        new("validate", null, null, null, "Check the configuration and exit",
            (options, value) => options with { Validate = Switch("validate", value) }),
    ];

    public static FrozenDictionary<string, DaemonSetting> ByKey { get; } =
        All.SelectMany(setting => new[] { setting.Key, setting.FormerKey }.OfType<string>().Select(key => KeyValuePair.Create(key, setting))).ToFrozenDictionary();

    /// <summary>A key that means the same.</summary>
    public string? FormerKey { get; init; }

    /// <summary>In the file its value, or each of them, may be an object: what the flag would say instead.</summary>
    public Func<JsonElement, IEnumerable<string>>? Unfold { get; init; }

    /// <summary>An empty list in the file is not what nothing is: it says that there are none.</summary>
    public bool EmptyIsNone { get; init; }

    /// <summary>It changes nothing, and is not shown in the help.</summary>
    public bool IsSettled { get; init; }

    private static LogConfig WithOption(LogConfig log, string option)
    {
        if (option.IndexOf('=', StringComparison.Ordinal) is not (> 0 and var equals))
        {
            throw new InvalidArgumentException($"invalid log-opt \"{option}\": name=value is needed");
        }

        var options = new Dictionary<string, string>(log.Config ?? [], StringComparer.Ordinal) { [option[..equals]] = option[(equals + 1)..] };
        return log with { Config = options };
    }

    public static string Absolute(string name, string value) => value.StartsWith('/')
        ? Path.GetFullPath(value)
        : throw new InvalidArgumentException($"invalid {name} \"{value}\": an absolute path is needed");

    public static bool Switch(string name, string value) => value switch
    {
        "true" or "1" => true,
        "false" or "0" => false,
        _ => throw new InvalidArgumentException($"invalid value \"{value}\" for {name}: true or false"),
    };

    private static int Positive(string name, string value) => int.TryParse(value, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) && number > 0
        ? number
        : throw new InvalidArgumentException($"invalid {name} \"{value}\": a number above 0 is needed");

    private static LogLevel Level(string value) => value switch
    {
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Information,
        "warn" or "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "fatal" => LogLevel.Critical,
        _ => throw new InvalidArgumentException($"invalid log level \"{value}\": debug, info, warn, error or fatal"),
    };
}
