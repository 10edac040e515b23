using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gantry.Cli.Contexts;

/// <summary>A context as Docker's store has it (docker/cli, <c>cli/context/store</c>). What this program does not know of it is kept.</summary>
/// <param name="Name">Unique in its store.</param>
/// <param name="Metadata">The description, and what others put there.</param>
/// <param name="Endpoints">Addresses by kind; this program uses <see cref="Docker"/>.</param>
internal sealed record StoredContext(string Name, JsonObject Metadata, JsonObject Endpoints)
{
    /// <summary>The kind of endpoint that is a daemon.</summary>
    public const string Docker = "docker";

    public string Description => Text(Metadata[nameof(Description)]);

    public string Host => Text(Endpoints[Docker]?[nameof(Host)]);

    public bool SkipVerify => Endpoints[Docker]?["SkipTLSVerify"] is JsonValue value && value.TryGetValue<bool>(out var skip) && skip;

    public static StoredContext Create(string name, string description, string host, bool skipVerify) => new(
        name,
        description.Length > 0 ? new JsonObject { [nameof(Description)] = description } : [],
        new JsonObject { [Docker] = new JsonObject { [nameof(Host)] = host, ["SkipTLSVerify"] = skipVerify } });

    /// <exception cref="JsonException">It is not one.</exception>
    public static StoredContext Parse(ReadOnlySpan<byte> json)
    {
        var root = JsonNode.Parse(json) as JsonObject ?? throw new JsonException("it is not a JSON object");
        if (root[nameof(Endpoints)]?[Docker] is JsonObject daemon) daemon.TryAdd("SkipTLSVerify", false);
        return new(Text(root[nameof(Name)]), root[nameof(Metadata)] as JsonObject ?? [], root[nameof(Endpoints)] as JsonObject ?? []);
    }

    public JsonObject ToJson() => new() { [nameof(Name)] = Name, [nameof(Metadata)] = Sorted(Metadata), [nameof(Endpoints)] = Sorted(Endpoints) };

    public byte[] ToUtf8() => Encoding.UTF8.GetBytes(Serialize(ToJson()));

    /// <summary>As Go's encoder writes it.</summary>
    public static string Serialize(JsonObject json)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteTo(writer);
        }

        // Outside of strings JSON has none of these.
        return Encoding.UTF8.GetString(buffer.ToArray())
            .Replace("<", "\\u003c", StringComparison.Ordinal).Replace(">", "\\u003e", StringComparison.Ordinal).Replace("&", "\\u0026", StringComparison.Ordinal);
    }

    private static JsonObject Sorted(JsonObject members) =>
        new(members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
