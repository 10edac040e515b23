using Gantry.Cli.Building;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Contexts;
using Gantry.Client;

namespace Gantry.Cli.Hosts;

/// <summary>One invocation of the program: its name, its output, its daemon.</summary>
internal sealed class Session(string programPath) : IDisposable
{
    public const string Version = "0.1.0";
    public const string Commit = "unknown";

    /// <summary>gantry, or docker where it is called by that name.</summary>
    public string Program { get; } = Path.GetFileName(programPath) is "docker" or "docker-compose" ? "docker" : "gantry";

    /// <summary>It is called as the stand-alone Compose, or as the docker command line's plug-in.</summary>
    public bool IsCompose { get; } = Path.GetFileName(programPath) == "docker-compose";

    public string ProductName => Program == "docker" ? "Docker" : "Gantry";

    public Output Out { get; } = new();

    public ConfigFile Config => field ??= ReadConfig();

    public string ConfigDirectory { get; private set; } = "";

    /// <summary>The directory of config.json where no option names another.</summary>
    public static string UsualConfigDirectory => Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } directory ? directory
        : Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", ".docker");

    public ContextStore Contexts => field ??= new ContextStore(Path.Combine(ConfigDirectory, "contexts"));

    public BuilderStore Builders => field ??= new BuilderStore(ConfigDirectory);

    /// <summary>The builder that was named before the command; null for none.</summary>
    public string? BuilderName { get; set; }

    public CurrentContext Context { get; private set; } = null!;

    public GantryClient Client => field ??= new GantryClient(Options);

    /// <summary>For what does several things at once.</summary>
    public GantryClient ConcurrentClient => field ??= new GantryClient(Options with { Blocking = false });

    /// <summary>For what is only to be seen, not to be done.</summary>
    public GantryClient Rehearse(IRehearsal rehearsal) => new(Options with { Blocking = false, Rehearsal = rehearsal });

    /// <summary>Variables for containers of this daemon.</summary>
    public IEnumerable<KeyValuePair<string, string>> ProxyVariables => Config.ProxyVariables(Options.Address.Text);

    /// <summary>More is told than most want to know.</summary>
    public bool IsDebug { get; private set; }

    /// <summary>The arguments before the command's name.</summary>
    public IReadOnlyList<string> GlobalArguments { get; private set; } = [];

    public void Configure(OptionSet global, string[] globalArguments)
    {
        GlobalArguments = globalArguments;
        if (global["context"].AsString().Length > 0 && global["host"].IsGiven) throw new CommandLineException("conflicting options: cannot specify both --host and --context");
        if (global["log-level"].AsString() is not ("trace" or "debug" or "info" or "warn" or "warning" or "error" or "fatal" or "panic")) throw new CommandLineException($"Unable to parse logging level: {global["log-level"].AsString()}");
        IsDebug = global["debug"].AsBoolean();
        ConfigDirectory = global["config"].IsGiven ? global["config"].AsString() : UsualConfigDirectory;
        Context = new CurrentContext(global, Contexts, () => Config);
    }

    /// <summary>From here on all is asked of another daemon.</summary>
    /// <param name="endpoint">The name of a context, or an address.</param>
    public void UseEndpoint(string endpoint) => Context = Context.At(endpoint);

    /// <summary>A connection to a daemon beside this one. The caller's.</summary>
    /// <param name="endpoint">The name of a context, or an address.</param>
    public GantryClient ClientAt(string endpoint) => new(Connection(Context.At(endpoint)));

    public void Dispose() => Out.Dispose();

    private ClientOptions Options => field ??= Connection(Context);

    private ClientOptions Connection(CurrentContext context)
    {
        Endpoint endpoint;
        try
        {
            endpoint = context.Endpoint(context.Name);
        }
        catch (CommandLineException e)
        {
            throw new CommandLineException($"Failed to initialize: unable to resolve docker endpoint: {e.Message}");
        }

        return new ClientOptions
        {
            Blocking = true,
            Address = context.IsUnsaid || endpoint.Host.Length == 0 ? DaemonAddress.Default : DaemonAddress.Parse(endpoint.Host),
            Tls = endpoint.Tls,
            Headers = [.. CustomHeaders.Of(Config)],
            Version = Environment.GetEnvironmentVariable("DOCKER_API_VERSION") is { Length: > 0 } text && ApiVersion.TryParse(text, out var version) ? version : null,
            UserAgent = $"Gantry-Client/{Version} (linux)",
            StartDaemon = context.IsUnsaid ? DaemonStarter.Start : null,
        };
    }

    private ConfigFile ReadConfig()
    {
        var config = ConfigFile.Read(ConfigDirectory);
        if (config.Damage is { } damage) Out.ErrorLine($"WARNING: Error parsing config file ({config.Path}): {damage}");
        return config;
    }
}
