using System.Text.Json;

namespace Gantry.Compose.Schema;

/// <summary>The Compose specification's JSON schema: of draft 7, what it uses.</summary>
internal sealed class ComposeSchema
{
    private static readonly Lazy<ComposeSchema> Loaded = new(() => new());
    private readonly JsonElement definitions;
    private readonly Dictionary<string, SchemaRule> rules = new(StringComparer.Ordinal);

    private ComposeSchema()
    {
        using var stream = typeof(ComposeSchema).Assembly.GetManifestResourceStream("compose-spec.json")!;
        var document = JsonDocument.Parse(stream).RootElement;
        definitions = document.GetProperty("definitions");
        Root = new(this, document);
    }

    public static ComposeSchema Instance => Loaded.Value;

    public SchemaRule Root { get; }

    public SchemaRule Rule(JsonElement element)
    {
        if (!element.TryGetProperty("$ref", out var reference))
        {
            return new(this, element);
        }

        var name = reference.GetString()!["#/definitions/".Length..];
        if (!rules.TryGetValue(name, out var rule))
        {
            rules[name] = rule = new(this, definitions.GetProperty(name));
        }

        return rule;
    }
}
