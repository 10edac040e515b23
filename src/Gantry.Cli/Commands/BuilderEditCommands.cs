using Gantry.Cli.Building;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Hosts;
using Gantry.Spec;

namespace Gantry.Cli.Commands;

/// <summary>Builders are made, chosen and removed. Each is a daemon by another name: none runs in a container of its own.</summary>
internal static class BuilderEditCommands
{
    /// <summary>What says nothing that is not so of a daemon.</summary>
    private static readonly string[] GivenDriverOptions = ["network=host", "default-load=true"];

    private static readonly string[] GivenFlags = ["--allow-insecure-entitlement", "network.host", "security.insecure"];

    public static async ValueTask<int> CreateAsync(Invocation call)
    {
        var session = call.Session;
        Verify(call);
        var endpoint = call.Arguments is [var given] ? Endpoint(session, given) : session.Context.Key;
        var name = call.Text("name") is { Length: > 0 } said ? said : NewName(session.Builders);
        if (session.Builders.Find(name) is not null) throw new CommandLineException($"ERROR: existing instance for {OptionValues.Quote(name)} but no append mode, specify the node name to make changes for existing instances");
        if (session.Contexts.Has(name)) throw new CommandLineException($"ERROR: instance name {OptionValues.Quote(name)} already exists as context builder");
        var named = new NamedBuilder(name, endpoint, [.. call.List("platform").SelectMany(value => value.Split(',', StringSplitOptions.RemoveEmptyEntries)).Select(text => Platform.Parse(text.Trim()).ToString()).Distinct()]);
        if (call.Flag("bootstrap") && await BuilderCommands.ReadAsync(session, name, named).ConfigureAwait(false) is { Error.Length: > 0 } silent) throw new CommandLineException($"ERROR: {silent.Error}");
        session.Builders.Put(named);
        if (call.Flag("use")) session.Builders.Choose(session.Context.Key, name);
        call.Out.Line(name);
        return 0;
    }

    public static ValueTask<int> UseAsync(Invocation call)
    {
        var (session, name) = (call.Session, call.Arguments[0]);
        BuilderChoice.Require(session, name);
        if (session.Contexts.Has(name)) throw new CommandLineException($"ERROR: run `{session.Program} context use {name}` to switch to context {name}");
        session.Builders.Choose(call.Flag("global") ? null : session.Context.Key, name == Builder.DefaultName ? null : name);
        return new(0);
    }

    public static async ValueTask<int> RemoveAsync(Invocation call)
    {
        var (session, failed) = (call.Session, false);
        IReadOnlyList<string> names = call.Flag("all-inactive") ? await InactiveAsync(session).ConfigureAwait(false)
            : call.Arguments.Count > 0 ? call.Arguments
            : [BuilderChoice.Current(session) ?? Builder.DefaultName];
        foreach (var name in names)
        {
            if (session.Builders.Find(name) is null)
            {
                BuilderChoice.Require(session, name);
                session.Out.ErrorLine($"ERROR: the builder {name} is the daemon itself and cannot be removed: what it left goes with {session.Program} buildx prune");
                failed = true;
                continue;
            }

            session.Builders.Remove(name);
            session.Out.ErrorLine($"{name} removed");
        }

        return failed ? 1 : 0;
    }

    public static ValueTask<int> RefuseStopAsync(Invocation call)
    {
        foreach (var name in call.Arguments) BuilderChoice.Require(call.Session, name);
        throw new CommandLineException("ERROR: a builder is the daemon itself, which no client stops");
    }

    /// <summary>Says so of what would not be as asked.</summary>
    private static void Verify(Invocation call)
    {
        if (call.Text("driver") is not ("" or "docker-container" or "docker") and var driver) throw new CommandLineException($"ERROR: gantry has no driver {driver}: a builder is a gantryd, this machine's or that of a context or address");
        if (Array.Find(["append", "leave", "node"], call.Has) is { } option) throw new CommandLineException($"ERROR: --{option} is not supported: a builder is one daemon");
        if (call.Has("buildkitd-config")) throw new CommandLineException("ERROR: --buildkitd-config is not supported: a builder is gantryd, whose mirrors and insecure registries are in its daemon.json");
        if (call.List("driver-opt").SelectMany(value => value.Split(',')).FirstOrDefault(value => !GivenDriverOptions.Contains(value) && !value.StartsWith("image=", StringComparison.Ordinal)) is { } other)
        {
            throw new CommandLineException($"ERROR: --driver-opt {other} is not supported: a builder is gantryd, not a container");
        }

        if (call.Text("buildkitd-flags").Split([' ', '='], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(flag => !GivenFlags.Contains(flag)) is { } unknown)
        {
            throw new CommandLineException($"ERROR: --buildkitd-flags {unknown} is not supported: a builder is gantryd");
        }
    }

    private static string Endpoint(Session session, string given) => given == Builder.DefaultName || session.Contexts.Has(given) ? given : Client.DaemonAddress.Parse(given).Text;

    private static string NewName(BuilderStore store)
    {
        for (var number = 0; ; number++)
        {
            if (store.Find($"builder{number}") is null) return $"builder{number}";
        }
    }

    private static async ValueTask<List<string>> InactiveAsync(Session session)
    {
        var silent = new List<string>();
        foreach (var named in session.Builders.List())
        {
            if ((await BuilderCommands.ReadAsync(session, named.Name, named).ConfigureAwait(false)).Error.Length > 0) silent.Add(named.Name);
        }

        return silent;
    }
}
