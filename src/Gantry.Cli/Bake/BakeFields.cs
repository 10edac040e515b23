using Gantry.Cli.Hcl;
using Gantry.Cli.Run;

namespace Gantry.Cli.Bake;

/// <summary>One cache, output, secret or attestation: keys and values, written as <c>type=local,dest=out</c> or as an object.</summary>
internal sealed record BakeFields(IReadOnlyDictionary<string, string> Values)
{
    public string this[string key] => Values.GetValueOrDefault(key, "");

    public string Type => this["type"];

    /// <summary>As an option of build takes it.</summary>
    public string Option => string.Join(',', Values.OrderBy(pair => pair.Key != "type").Select(pair => Quoted($"{pair.Key}={pair.Value}")));

    public static BakeFields Of(params ReadOnlySpan<(string Key, string Value)> fields)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in fields) values[key] = value;
        return new(values);
    }

    /// <summary>A cache: without a key it is the name of an image.</summary>
    public static IEnumerable<BakeFields> Caches(string text) => text.Contains('=', StringComparison.Ordinal) ? [Parse(text)] : Csv.Split(text).Where(name => name.Length > 0).Select(name => Of(("type", "registry"), ("ref", name)));

    /// <summary>An output: without a key it is a directory, and <c>-</c> a tar on standard output.</summary>
    public static IEnumerable<BakeFields> Outputs(string text) =>
        text.Length == 0 ? [] : [text == "-" ? Of(("type", "tar"), ("dest", "-")) : text.Contains('=', StringComparison.Ordinal) ? Parse(text) : Of(("type", "local"), ("dest", text))];

    /// <summary>A secret: what it comes from is told by <c>src</c> or <c>env</c>.</summary>
    public static IEnumerable<BakeFields> Secrets(string text) => text.Length == 0 ? [] : [Secret(Parse(text))];

    public static IEnumerable<BakeFields> Attestations(string text) => text.Length == 0 ? [] : [Attestation(Parse(text))];

    public static BakeFields Secret(BakeFields given)
    {
        var values = new Dictionary<string, string>();
        var source = given.Values.GetValueOrDefault("src") ?? given["source"];
        if (given["id"].Length > 0) values["id"] = given["id"];
        if (given["env"].Length > 0) values["env"] = given["env"];
        if (source.Length > 0) values[given.Type == "env" ? "env" : "src"] = source;
        // Without either it is the variable or the file of its id.
        if (values.Count == 1 && given.Type == "env" && given["id"].Length > 0) values["env"] = given["id"];
        if (!values.ContainsKey("id") && source.Length > 0) values["id"] = source;
        return new(values.OrderBy(pair => Array.IndexOf(["id", "src", "env"], pair.Key)).ToDictionary());
    }

    public static BakeFields Attestation(BakeFields given) => given["disabled"] == "false" ? new(given.Values.Where(pair => pair.Key != "disabled").ToDictionary()) : given;

    /// <summary>Members of an object are texts.</summary>
    public static BakeFields Of(HclValue value, HclPlace place)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, member) in value.Members)
        {
            if (member.IsNull) continue;
            values[key] = member.TryText(out var text) ? text : throw new HclException(place, $"{key} must be a string, not {member.Name}");
        }

        return new(values);
    }

    private static BakeFields Parse(string text)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in Csv.Split(text))
        {
            var (key, value) = field.Split('=', 2) is [var left, var right] ? (left, right) : throw new BakeException($"invalid value {field} in {text}: it must be key=value");
            values[key.Trim().ToLowerInvariant()] = value;
        }

        return new(values);
    }

    private static string Quoted(string field) => field.AsSpan().ContainsAny(",\"\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
