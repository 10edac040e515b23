using Gantry.Cli.CommandLine;
using Gantry.Client;

namespace Gantry.Cli.Hosts;

/// <summary>One invocation of the program: its name, its output, its daemon.</summary>
internal sealed class Session(string programPath) : IDisposable
{
    private ClientOptions _options = new() { Blocking = true };

    public const string Version = "0.1.0";
    public const string Commit = "unknown";

    /// <summary>gantry, or docker where it is called by that name.</summary>
    public string Program { get; } = Path.GetFileName(programPath) is "docker" or "docker-compose" ? "docker" : "gantry";

    /// <summary>It is called as the stand-alone Compose, or as the docker command line's plug-in.</summary>
    public bool IsCompose { get; } = Path.GetFileName(programPath) == "docker-compose";

    public string ProductName => Program == "docker" ? "Docker" : "Gantry";

    public Output Out { get; } = new();

    public ConfigFile Config => field ??= ConfigFile.Read(ConfigDirectory);

    public string ConfigDirectory { get; private set; } = "";

    public GantryClient Client => field ??= new GantryClient(_options);

    /// <summary>For what does several things at once.</summary>
    public GantryClient ConcurrentClient => field ??= new GantryClient(_options with { Blocking = false });

    /// <summary>For what is only to be seen, not to be done.</summary>
    public GantryClient Rehearse(IRehearsal rehearsal) => new(_options with { Blocking = false, Rehearsal = rehearsal });

    /// <summary>More is told than most want to know.</summary>
    public bool IsDebug { get; private set; }

    public void Configure(OptionSet global)
    {
        IsDebug = global["debug"].AsBoolean();
        ConfigDirectory = global["config"].IsGiven ? global["config"].AsString()
            : Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } directory ? directory
            : Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", ".docker");
        var host = global["host"].Values switch
        {
            [var one] => one,
            [] => FromEnvironment(),
            _ => throw new CommandLineException("Specify only one -H"),
        };
        _options = new ClientOptions
        {
            Blocking = true,
            Address = host is null ? DaemonAddress.Default : DaemonAddress.Parse(host),
            Version = Environment.GetEnvironmentVariable("DOCKER_API_VERSION") is { Length: > 0 } text && ApiVersion.TryParse(text, out var version) ? version : null,
            UserAgent = $"Gantry-Client/{Version} (linux)",
            StartDaemon = host is null ? DaemonStarter.Start : null,
        };
    }

    public void Dispose() => Out.Dispose();

    private static string? FromEnvironment() =>
        Environment.GetEnvironmentVariable("GANTRY_HOST") is { Length: > 0 } ours ? ours
        : Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } theirs ? theirs
        : null;
}
