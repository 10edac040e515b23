using System.Text.Json.Nodes;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Contexts;

namespace Gantry.Cli.Commands;

internal static class ContextCreateCommand
{
    public static ValueTask<int> RunAsync(Invocation call)
    {
        var (name, store) = (call.Arguments[0], call.Session.Contexts);
        store.CheckNew(name);
        if (call.Has("docker"))
        {
            ContextEndpoints.Put(call, StoredContext.Create(name, call.Text("description"), "", false));
        }
        else
        {
            var from = call.Text("from") is { Length: > 0 } other ? other : call.Session.Context.Name;
            Copy(call, from, name);
        }

        call.Out.Line(name);
        call.Out.ErrorLine($"Successfully created context {OptionValues.Quote(name)}");
        return new(0);
    }

    private static void Copy(Invocation call, string from, string name)
    {
        var store = call.Session.Contexts;
        if (from == ContextStore.Default)
        {
            var endpoint = call.Session.Context.Endpoint(from);
            store.Put(StoredContext.Create(name, call.Has("description") ? call.Text("description") : CurrentContext.DefaultDescription, endpoint.Host, endpoint.SkipVerify));
            if (endpoint.Files.Count > 0) store.PutTls(name, StoredContext.Docker, endpoint.Files);
            return;
        }

        var context = store.Get(from) with { Name = name };
        if (call.Has("description")) context.Metadata["Description"] = call.Text("description");
        store.Put(context);
        foreach (var (endpoint, files) in store.Tls(from)) store.PutTls(name, endpoint, files);
    }
}

internal static class ContextUpdateCommand
{
    public static ValueTask<int> RunAsync(Invocation call)
    {
        var (name, store) = (call.Arguments[0], call.Session.Contexts);
        if (name == ContextStore.Default) throw new CommandLineException($"{OptionValues.Quote(name)} is a reserved context name");
        var context = store.Get(name);
        if (call.Text("description") is { Length: > 0 } description) context.Metadata["Description"] = description;
        if (call.Has("docker")) ContextEndpoints.Put(call, context);
        else store.Put(context);
        call.Out.Line(name);
        call.Out.ErrorLine($"Successfully updated context {OptionValues.Quote(name)}");
        return new(0);
    }
}

internal static class ContextRmCommand
{
    public static ValueTask<int> RunAsync(Invocation call)
    {
        var failures = new List<string>();
        foreach (var name in call.Arguments)
        {
            if (WhyNot(call, name) is { } reason)
            {
                failures.Add(reason);
                continue;
            }

            call.Session.Contexts.Remove(name);
            if (call.Session.Config.CurrentContext == name) call.Session.Config.KeepContext(null);
            call.Out.LineNow(name);
        }

        return failures.Count == 0 ? new(0) : throw new CommandLineException(string.Join('\n', failures));
    }

    private static string? WhyNot(Invocation call, string name) =>
        name == ContextStore.Default ? $"context {OptionValues.Quote(name)} cannot be removed"
        : call.Flag("force") ? null
        : !call.Session.Contexts.Has(name) ? $"context {OptionValues.Quote(name)} does not exist"
        : name == call.Session.Context.Name ? $"context {OptionValues.Quote(name)} is in use, set -f flag to force remove"
        : null;
}

internal static class ContextUseCommand
{
    public static ValueTask<int> RunAsync(Invocation call)
    {
        var name = call.Arguments[0];
        if (name != ContextStore.Default) call.Session.Contexts.Get(name);
        if (name != (call.Session.Config.CurrentContext ?? ContextStore.Default)) call.Session.Config.KeepContext(name);
        call.Out.Line(name);
        call.Out.ErrorLine($"Current context is now {OptionValues.Quote(name)}");
        if (name != ContextStore.Default && CurrentContext.HostVariable is { } variable)
        {
            call.Out.ErrorLine($"Warning: {variable} environment variable overrides the active context. To use {OptionValues.Quote(name)}, either set the global --context flag, or unset {variable} environment variable.");
        }

        return new(0);
    }
}

/// <summary>What <c>--docker</c> says of a context's endpoint.</summary>
internal static class ContextEndpoints
{
    public static void Put(Invocation call, StoredContext context)
    {
        var endpoint = Endpoint.FromOptions(Pairs(call.List("docker")), call.Session.Context.Endpoint);
        context.Endpoints[StoredContext.Docker] = new JsonObject { ["Host"] = endpoint.Host, ["SkipTLSVerify"] = endpoint.SkipVerify };
        call.Session.Contexts.Put(context);
        call.Session.Contexts.PutTls(context.Name, StoredContext.Docker, endpoint.Files);
    }

    private static Dictionary<string, string> Pairs(IReadOnlyList<string> values)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in values.SelectMany(Run.Csv.Split)) pairs[pair[..pair.IndexOf('=', StringComparison.Ordinal)]] = pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..];
        return pairs;
    }
}
