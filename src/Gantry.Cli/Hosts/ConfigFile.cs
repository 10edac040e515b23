using System.Text.Json;

namespace Gantry.Cli.Hosts;

/// <summary>Docker's config.json: what of it this program uses.</summary>
internal sealed class ConfigFile
{
    private readonly JsonElement _root;

    private ConfigFile(JsonElement root) => _root = root;

    public string? DetachKeys => Text("detachKeys");

    public string? Text(string name) => _root.ValueKind == JsonValueKind.Object && _root.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString() : null;

    public static ConfigFile Read(string directory)
    {
        var path = Path.Combine(directory, "config.json");
        try
        {
            return new ConfigFile(JsonDocument.Parse(File.ReadAllBytes(path)).RootElement);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return new ConfigFile(default);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"Error loading config file: {path}: {e.Message}", e);
        }
    }

    /// <summary>The X-Registry-Auth header for a registry: its entry in auths, or an empty one as Docker sends it.</summary>
    public string RegistryAuth(string registry)
    {
        var key = registry is "docker.io" or "index.docker.io" ? "https://index.docker.io/v1/" : registry;
        if (_root.ValueKind == JsonValueKind.Object && _root.TryGetProperty("auths", out var auths) && auths.ValueKind == JsonValueKind.Object)
        {
            foreach (var entry in auths.EnumerateObject())
            {
                if (entry.Name == key || HostOf(entry.Name) == HostOf(key)) return Encode(entry.Value, key);
            }
        }

        return Base64Url("{}"u8);
    }

    private static string Encode(JsonElement entry, string server)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (entry.TryGetProperty("auth", out var auth) && auth.GetString() is { Length: > 0 } text)
            {
                var pair = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(text)).Split(':', 2);
                writer.WriteString("username", pair[0]);
                writer.WriteString("password", pair.Length > 1 ? pair[1] : "");
            }

            if (entry.TryGetProperty("identitytoken", out var token)) writer.WriteString("identitytoken", token.GetString());
            writer.WriteString("serveraddress", server);
            writer.WriteEndObject();
        }

        return Base64Url(buffer.WrittenSpan);
    }

    private static string HostOf(string key)
    {
        var start = key.IndexOf("://", StringComparison.Ordinal);
        var rest = start < 0 ? key : key[(start + 3)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? rest : rest[..slash];
    }

    private static string Base64Url(ReadOnlySpan<byte> bytes) =>
        Convert.ToBase64String(bytes).Replace('+', '-').Replace('/', '_');
}
