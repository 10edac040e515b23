using Gantry.Cli.CommandLine;
using Gantry.Cli.Hosts;

namespace Gantry.Cli.Contexts;

/// <summary>Which context a command works with: by option, by environment, by config.json, in this order.</summary>
internal sealed class CurrentContext(OptionSet global, ContextStore store, Func<ConfigFile> config)
{
    /// <summary>Described so, and not kept.</summary>
    public const string DefaultDescription = "Current DOCKER_HOST based configuration";

    /// <summary>A context or an address that goes before all that; null for none.</summary>
    private string? Chosen { get; init; }

    public string Name => field ??=
        Chosen is { } chosen ? IsAddress ? ContextStore.Default : chosen
        : global["context"].AsString() is { Length: > 0 } given ? given
        : global["host"].IsGiven || HostVariable is not null ? ContextStore.Default
        : Environment.GetEnvironmentVariable("DOCKER_CONTEXT") is { Length: > 0 } named ? named
        : config().CurrentContext is { } kept ? kept
        : ContextStore.Default;

    /// <summary>The variable of the environment that says where the daemon is; ours goes before Docker's.</summary>
    public static string? HostVariable => Array.Find(["GANTRY_HOST", "DOCKER_HOST"], name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)));

    /// <summary>Nobody said where the daemon is: it is this machine's own.</summary>
    public bool IsUnsaid => !IsAddress && Name == ContextStore.Default && !global["host"].IsGiven && HostVariable is null;

    /// <summary>What tells it from others: its name, or the address where it is kept in no store.</summary>
    public string Key => Name != ContextStore.Default || IsUnsaid ? Name : Endpoint(Name).Host;

    /// <param name="endpoint">The name of a context, or an address.</param>
    public CurrentContext At(string endpoint) => new(global, store, config) { Chosen = endpoint };

    /// <exception cref="CommandLineException">There is no context of that name, or a file of TLS cannot be read.</exception>
    public Endpoint Endpoint(string name)
    {
        if (name != ContextStore.Default)
        {
            var context = store.Get(name);
            return new Endpoint(context.Host, context.SkipVerify, store.Tls(name).TryGetValue(StoredContext.Docker, out var files) ? files : Contexts.Endpoint.NoFiles);
        }

        var host = IsAddress ? Chosen! : global["host"].Values switch
        {
            [var one] => one,
            [] => HostVariable is { } variable ? Environment.GetEnvironmentVariable(variable)! : Client.DaemonAddress.Default.Text,
            _ => throw new CommandLineException("Specify only one -H"),
        };
        // In full, as it is shown and kept.
        host = Client.DaemonAddress.Parse(host).Text;
        return TlsFiles() is { } tls ? new Endpoint(host, !IsVerified, tls) : new Endpoint(host, false, Contexts.Endpoint.NoFiles);
    }

    private bool IsAddress => Chosen is { } chosen && chosen != ContextStore.Default && !store.Has(chosen);

    private bool IsVerified => global["tlsverify"].IsGiven ? global["tlsverify"].AsBoolean() : IsSet("DOCKER_TLS_VERIFY");

    private Dictionary<string, byte[]>? TlsFiles()
    {
        if (!global["tls"].AsBoolean() && !global["tlsverify"].IsGiven && !IsSet("DOCKER_TLS") && !IsSet("DOCKER_TLS_VERIFY")) return null;
        var files = new Dictionary<string, byte[]> { [Contexts.Endpoint.Authority] = Contexts.Endpoint.ReadFile(global["tlscacert"].AsString()) };
        foreach (var (option, file) in new[] { ("tlscert", Contexts.Endpoint.Certificate), ("tlskey", Contexts.Endpoint.Key) })
        {
            // What nobody named need not be there.
            if (global[option].IsGiven || File.Exists(global[option].AsString())) files[file] = Contexts.Endpoint.ReadFile(global[option].AsString());
        }

        return files;
    }

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));
}
