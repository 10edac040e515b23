using System.Text.Json.Serialization;
using Gantry.Runtime.Monitor.Logs;
using Gantry.Runtime.Monitor.Runtimes;

namespace Gantry.Runtime.Monitor;

// What has a default is set, not init: the generated reader writes every init property, with nothing when JSON has nothing.

/// <summary>What a monitor does besides running the bundle: <c>monitor.json</c> in the bundle.</summary>
public sealed record MonitorSettings
{
    public const string FileName = "monitor.json";
    public const string SocketName = "monitor.sock";
    public const string ErrorName = "monitor.err";

    /// <summary>The container's id.</summary>
    public required string Id { get; init; }

    /// <summary>Docker's name of the logging driver; <c>none</c> logs nothing.</summary>
    public string LogDriver { get; set; } = "json-file";

    /// <summary>
    /// The current log file, in the format of the driver's name or, where that logs elsewhere, of <c>local</c>; older ones stand
    /// beside it as <c>.1</c>, <c>.2</c>, …. Null for none.
    /// </summary>
    public string? LogPath { get; init; }

    /// <summary>Bytes after which a new file begins; -1: never.</summary>
    public long LogMaxSize { get; set; } = 10_000_000;

    /// <summary>How many files there may be, the current one included.</summary>
    public int LogMaxFiles { get; set; } = 3;

    /// <summary>Older files are compressed, and have <c>.gz</c> behind their number.</summary>
    public bool LogCompress { get; init; }

    /// <summary>Docker's <c>attrs</c>: what the log options <c>labels</c>, <c>env</c> and <c>tag</c> select.</summary>
    public IReadOnlyDictionary<string, string>? LogLabels { get; init; }

    /// <summary>Where it is logged to besides; null for nowhere.</summary>
    public LogReceiver? LogReceiver { get; init; }

    /// <summary>Where the exit is recorded (<see cref="MonitorExitRecord"/>).</summary>
    public required string ExitPath { get; init; }

    /// <summary>The container goes with its end (<c>--rm</c>): how it ended need not outlive a power failure.</summary>
    public bool RemovedAtExit { get; init; }

    /// <summary>The container has a terminal. <c>process.terminal</c> in config.json says the same.</summary>
    public bool Tty { get; init; }

    /// <summary>Stdin is a pipe (or the terminal) that clients may write to; otherwise it is /dev/null.</summary>
    public bool OpenStdin { get; init; }

    /// <summary>Stdin closes when the first client that writes to it is done.</summary>
    public bool StdinOnce { get; init; }

    /// <summary>Height and width the terminal begins with.</summary>
    public IReadOnlyList<int>? ConsoleSize { get; init; }

    /// <summary>Where compiled system call filters are kept, for all containers of the daemon; null keeps none.</summary>
    public string? SeccompCache { get; init; }

    /// <summary>As <c>linux.cgroupsPath</c> in config.json, for the daemon to find the container's processes without its monitor.</summary>
    public string? CgroupsPath { get; init; }

    /// <summary>What runs the container in place of this program; null for this program.</summary>
    public OciRuntime? Runtime { get; init; }
}

/// <summary>How a container ended, as the monitor leaves it on disk before anyone is told.</summary>
public sealed record MonitorExitRecord
{
    public required int ExitCode { get; init; }

    /// <summary>0 for a normal exit.</summary>
    public int Signal { get; init; }

    public bool OomKilled { get; init; }

    /// <summary>Null when the program never ran.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>Why it could not be created or started.</summary>
    public string? Error { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MonitorSettings))]
[JsonSerializable(typeof(MonitorExitRecord))]
public sealed partial class MonitorJson : JsonSerializerContext;
