using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Contexts;
using Gantry.Cli.Lists;

namespace Gantry.Cli.Commands;

internal static class ContextLsCommand
{
    private const string Table = "{{.Name}}{{if .Current}} *{{end}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}";
    private const int LongestError = 45;

    private sealed record Item(string Name, bool IsCurrent, string Description, string Host, string Error);

    private static readonly Column<Item>[] Columns =
    [
        new("Name", "NAME", i => i.Name),
        new("Description", "DESCRIPTION", i => i.Description),
        new("DockerEndpoint", "DOCKER ENDPOINT", i => i.Host),
        new("Current", "", i => i.IsCurrent),
        new("Error", "ERROR", i => Units.Ellipsis(i.Error, LongestError)),
    ];

    public static ValueTask<int> RunAsync(Invocation call)
    {
        var current = call.Session.Context.Name;
        var items = call.Session.Contexts.List().Select(c => new Item(c.Name, c.Name == current, c.Description, c.Host, "")).ToList();
        items.Add(Default(call, current == ContextStore.Default));
        if (!items.Exists(item => item.IsCurrent)) items.Add(new Item(current, true, "", "", WhyMissing(call, current)));
        ListWriter.Write(
            call.Out, call.Flag("quiet") ? "" : call.Text("format"), Table, items.OrderBy(item => item.Name, NaturalOrder.Instance), Columns, "*formatter.clientContextContext", call.Flag("quiet"), "{{.Name}}");
        if (CurrentContext.HostVariable is { } variable && current == ContextStore.Default)
        {
            call.Out.ErrorLine($"Warning: {variable} environment variable overrides the active context. To use a context, either set the global --context flag, or unset {variable} environment variable.");
        }

        return new(0);
    }

    private static Item Default(Invocation call, bool isCurrent)
    {
        var host = call.Session.Context.Endpoint(ContextStore.Default).Host;
        return new(ContextStore.Default, isCurrent, CurrentContext.DefaultDescription, host, "");
    }

    private static string WhyMissing(Invocation call, string name)
    {
        try
        {
            call.Session.Contexts.Get(name);
            return "";
        }
        catch (CommandLineException e)
        {
            return e.Message;
        }
    }
}

internal static class ContextShowCommand
{
    public static ValueTask<int> RunAsync(Invocation call)
    {
        call.Out.Line(call.Session.Context.Name);
        return new(0);
    }
}

internal static class ContextInspectCommand
{
    private const string InMemory = "<IN MEMORY>";

    public static ValueTask<int> RunAsync(Invocation call) =>
        InspectCommand.PrintAsync(call, call.Arguments.Count > 0 ? call.Arguments : [call.Session.Context.Name], name => new(Inspect(call, name)));

    private static JsonElement Inspect(Invocation call, string name)
    {
        var store = call.Session.Contexts;
        var isDefault = name == ContextStore.Default;
        var context = isDefault ? Unkept(call) : store.Get(name);
        var files = isDefault ? Kept(call) : store.Tls(name).Select(endpoint => (endpoint.Key, (IEnumerable<string>)endpoint.Value.Keys));
        var json = context.ToJson();
        json["TLSMaterial"] = new JsonObject(files.Select(endpoint => KeyValuePair.Create(endpoint.Item1, (JsonNode?)new JsonArray([.. endpoint.Item2.Select(file => (JsonNode)file)]))));
        json["Storage"] = new JsonObject
        {
            ["MetadataPath"] = isDefault ? InMemory : store.MetaDirectory(name),
            ["TLSPath"] = isDefault ? InMemory : store.TlsDirectory(name),
        };
        return JsonDocument.Parse(StoredContext.Serialize(json)).RootElement;
    }

    private static StoredContext Unkept(Invocation call)
    {
        var endpoint = call.Session.Context.Endpoint(ContextStore.Default);
        return StoredContext.Create(ContextStore.Default, "", endpoint.Host, endpoint.SkipVerify);
    }

    private static IEnumerable<(string, IEnumerable<string>)> Kept(Invocation call) =>
        call.Session.Context.Endpoint(ContextStore.Default).Files is { Count: > 0 } files ? [(StoredContext.Docker, files.Keys.Order(StringComparer.Ordinal))] : [];
}
