using System.Text.Json;
using System.Text.RegularExpressions;
using Gantry.Compose.Nodes;

namespace Gantry.Compose.Schema;

/// <summary>One place of the schema; what is below it is read when a file has something there.</summary>
internal sealed class SchemaRule
{
    private readonly ComposeSchema schema;
    private readonly Dictionary<string, JsonElement> properties = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SchemaRule> readProperties = new(StringComparer.Ordinal);
    private readonly List<(Func<string, bool> Matches, SchemaRule Rule)> patterns = [];

    public SchemaRule(ComposeSchema schema, JsonElement element)
    {
        this.schema = schema;
        foreach (var property in element.EnumerateObject())
        {
            Read(property.Name, property.Value);
        }
    }

    /// <summary>Empty: any.</summary>
    public IReadOnlyList<string> Types { get; private set; } = [];

    public IReadOnlyList<SchemaRule> Alternatives { get; private set; } = [];

    public SchemaRule? Items { get; private set; }

    public bool HasUniqueItems { get; private set; }

    public bool AllowsOtherKeys { get; private set; } = true;

    public IReadOnlyList<string> RequiredKeys { get; private set; } = [];

    public IReadOnlyList<string> AllowedValues { get; private set; } = [];

    public string? Pattern { get; private set; }

    public double? Minimum { get; private set; }

    public double? Maximum { get; private set; }

    public IEnumerable<string> KnownKeys => properties.Keys;

    public bool HasFreeKeys => patterns.Exists(pattern => !pattern.Matches("x-") || pattern.Matches("a"));

    public bool TakesKind(Node node) => Types.Count > 0 ? Types.Any(type => IsKind(node, type)) : Alternatives.Count == 0 || Alternatives.Any(rule => rule.TakesKind(node));

    /// <summary>The rules for the value of a key; none where the key is unknown.</summary>
    public IEnumerable<SchemaRule> RulesFor(string key)
    {
        if (properties.TryGetValue(key, out var element))
        {
            if (!readProperties.TryGetValue(key, out var rule))
            {
                readProperties[key] = rule = schema.Rule(element);
            }

            yield return rule;
        }

        foreach (var (_, rule) in patterns.Where(pattern => pattern.Matches(key)))
        {
            yield return rule;
        }
    }

    private void Read(string keyword, JsonElement value)
    {
        switch (keyword)
        {
            case "type":
                Types = Strings(value);
                break;
            case "properties":
                foreach (var property in value.EnumerateObject())
                {
                    properties[property.Name] = property.Value;
                }

                break;
            case "patternProperties":
                patterns.AddRange(value.EnumerateObject().Select(property => (Matcher(property.Name), schema.Rule(property.Value))));
                break;
            case "additionalProperties":
                AllowsOtherKeys = value.GetBoolean();
                break;
            case "oneOf":
                Alternatives = [.. value.EnumerateArray().Select(schema.Rule)];
                break;
            case "items":
                Items = schema.Rule(value);
                break;
            case "uniqueItems":
                HasUniqueItems = value.GetBoolean();
                break;
            case "required":
                RequiredKeys = Strings(value);
                break;
            case "enum":
                AllowedValues = Strings(value);
                break;
            case "pattern":
                Pattern = value.GetString();
                break;
            case "minimum":
                Minimum = value.GetDouble();
                break;
            case "maximum":
                Maximum = value.GetDouble();
                break;
        }
    }

    private static string[] Strings(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(item => item.GetString()!)] : [value.GetString()!];

    /// <summary>The schema's few patterns without the time that a regular expression takes to be made.</summary>
    private static Func<string, bool> Matcher(string pattern) => pattern switch
    {
        "^x-" => key => key.StartsWith("x-", StringComparison.Ordinal),
        ".+" or "^.+$" => key => key.Length > 0,
        "^[a-z]+$" => key => key.Length > 0 && key.All(char.IsAsciiLetterLower),
        "^[a-zA-Z0-9._-]+$" => key => key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'),
        _ => new Regex(pattern, RegexOptions.CultureInvariant).IsMatch,
    };

    private static bool IsKind(Node node, string type) => node switch
    {
        MappingNode => type == "object",
        SequenceNode => type == "array",
        ScalarNode { Value: null } => type == "null",
        ScalarNode { Value: string or YamlTimestamp } => type == "string",
        ScalarNode { Value: bool } => type == "boolean",
        ScalarNode { Value: long } => type is "integer" or "number",
        ScalarNode { Value: double number } => type == "number" || type == "integer" && number == Math.Floor(number),
        _ => false,
    };

    public override string ToString() => Types.Count > 0
        ? string.Join(" or ", Types.Select(Word).Distinct())
        : string.Join(" or ", Alternatives.SelectMany(rule => rule.ToString().Split(" or ")).Distinct());

    private static string Word(string type) => type switch
    {
        "object" => "a mapping",
        "array" => "a list",
        "string" => "a string",
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        "null" => "empty",
        _ => type,
    };
}
