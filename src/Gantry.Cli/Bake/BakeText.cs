using System.Text;
using Gantry.Spec.Templates;

namespace Gantry.Cli.Bake;

/// <summary>What is built as JSON, which is a file that bake reads: <c>--print</c>.</summary>
internal static class BakeText
{
    private const string Indent = "  ";

    public static string Of(BakeSelection selection)
    {
        var text = new StringBuilder();
        var groups = Map(selection.Groups, Texts);
        var targets = Map(selection.Targets, target => Block('{', '}', Members(target)));
        return text.Append(Block('{', '}', [Member("group", groups), Member("target", targets)])).Append('\n').ToString();

        static string Texts(IReadOnlyList<string> members) => Block('{', '}', [Member("targets", List(members))]);
    }

    private static IEnumerable<string> Members(BakeTarget target) =>
    [
        .. target.Description is { Length: > 0 } description ? Text("description", description) : [],
        .. Texts("annotations", target.Annotations),
        .. Fields("attest", target.Attest),
        .. Text("context", target.Context),
        .. Strings("contexts", target.Contexts, isTemplate: false),
        .. Text("dockerfile", target.Dockerfile),
        .. Text("dockerfile-inline", target.DockerfileInline is { } inline ? Escaped(inline) : null),
        .. Strings("args", target.Args, isTemplate: true),
        .. Strings("labels", target.Labels, isTemplate: true),
        .. Texts("tags", target.Tags),
        .. Fields("cache-from", target.CacheFrom),
        .. Fields("cache-to", target.CacheTo),
        .. Text("target", target.Target),
        .. Fields("secret", target.Secrets),
        .. target.Ssh.Count > 0 ? [Member("ssh", Block('[', ']', target.Ssh.Select(agent => Block('{', '}', [.. Text("id", agent.Id), .. Texts("paths", agent.Paths)]))))] : Array.Empty<string>(),
        .. Texts("platforms", target.Platforms),
        .. Fields("output", target.Outputs),
        .. Flag("pull", target.Pull),
        .. Flag("no-cache", target.NoCache),
        .. Text("network", target.Network),
        .. Texts("no-cache-filter", target.NoCacheFilter),
        .. Text("shm-size", target.ShmSize),
        .. Texts("ulimits", target.Ulimits),
        .. Strings("resources", target.Resources, isTemplate: false),
        .. Text("call", target.Call),
        .. Texts("entitlements", target.Entitlements),
        .. Strings("extra-hosts", target.ExtraHosts, isTemplate: false),
    ];

    private static string[] Text(string name, string? value) => value is null ? [] : [Member(name, Quoted(value))];

    private static string[] Texts(string name, IReadOnlyList<string>? values) => values is null or { Count: 0 } ? [] : [Member(name, List(values))];

    private static string[] Flag(string name, bool? value) => value is { } flag ? [Member(name, flag ? "true" : "false")] : [];

    private static string[] Strings(string name, IReadOnlyDictionary<string, string> values, bool isTemplate) => values.Count == 0 ? [] : [Member(name, Map(values, value => Quoted(isTemplate ? Escaped(value) : value)))];

    // Only attestations have a member that is no text.
    private static string[] Fields(string name, IReadOnlyList<BakeFields>? values) => values is null or { Count: 0 } ? []
        : [Member(name, Block('[', ']', values.Select(fields => Block('{', '}', fields.Values.Select(field => Member(field.Key, name == "attest" && field.Key == "disabled" ? field.Value : Quoted(field.Value)))))))];

    private static string Map<T>(IEnumerable<KeyValuePair<string, T>> map, Func<T, string> of) => Block('{', '}', map.Select(pair => Member(pair.Key, of(pair.Value))));

    private static string List(IEnumerable<string> values) => Block('[', ']', values.Select(Quoted));

    private static string Member(string name, string value) => $"{Quoted(name)}: {value}";

    private static string Block(char open, char close, IEnumerable<string> items)
    {
        var lines = string.Join(",\n", items).Replace("\n", $"\n{Indent}", StringComparison.Ordinal);
        return lines.Length == 0 ? $"{open}{close}" : $"{open}\n{Indent}{lines}\n{close}";
    }

    private static string Quoted(string value)
    {
        var text = new StringBuilder();
        JsonText.AppendString(text, value, escapeHtml: true);
        return text.ToString();
    }

    /// <summary>Read again, it is the same.</summary>
    private static string Escaped(string value) => value.Replace("${", "$${", StringComparison.Ordinal).Replace("%{", "%%{", StringComparison.Ordinal);
}
