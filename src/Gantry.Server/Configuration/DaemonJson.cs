using System.Text.Json;
using Gantry.Spec;

namespace Gantry.Server.Configuration;

/// <summary>Reads <c>daemon.json</c> into the same settings as the flags. A key that we do not know is an error, not a surprise later.</summary>
internal static class DaemonJson
{
    public const string DefaultPath = "/etc/gantry/daemon.json";

    private static readonly JsonDocumentOptions Strict = new() { AllowTrailingCommas = false };

    public static IReadOnlyList<KeyValuePair<string, string>> Read(string path)
    {
        try
        {
            var text = File.ReadAllBytes(path);
            if (text.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
            {
                return [];
            }

            using var document = JsonDocument.Parse(text, Strict);
            return [.. document.RootElement.EnumerateObject().SelectMany(member => Settings(path, member.Name, member.Value))];
        }
        catch (JsonException failure)
        {
            throw new InvalidArgumentException($"{path} is not a JSON object of settings: line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1} is not what JSON has there", failure);
        }
        catch (InvalidOperationException failure)
        {
            throw new InvalidArgumentException($"{path} is not a JSON object of settings", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidArgumentException($"the configuration file {path} cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>Members as flags write them: <c>name=value</c>.</summary>
    public static IEnumerable<string> Pairs(JsonElement members) => members.EnumerateObject().Select(member => $"{member.Name}={Plain(member.Value)}");

    private static string Plain(JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetRawText() : value.ToString();

    private static IEnumerable<KeyValuePair<string, string>> Settings(string path, string key, JsonElement value)
    {
        switch (key)
        {
            // Docker's "proxies": { "http-proxy": … }: its members are settings of the same names.
            case "proxies" when value.ValueKind == JsonValueKind.Object:
                return value.EnumerateObject().SelectMany(inner => Settings(path, inner.Name, inner.Value));
            // Written "GC" in Docker's own documents: it does not look at case.
            case "builder" when value.ValueKind == JsonValueKind.Object:
                return value.EnumerateObject().SelectMany(inner => Settings(path, $"builder.{inner.Name.ToLowerInvariant()}", inner.Value));
        }

        if (!DaemonSetting.ByKey.TryGetValue(key, out var setting))
        {
            throw new InvalidArgumentException($"{path}: the directive \"{key}\" is not supported");
        }

        if (setting.EmptyIsNone && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0)
        {
            return [KeyValuePair.Create(key, "")];
        }

        return (value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : Enumerable.Repeat(value, 1))
            .SelectMany(item => Texts(path, key, item)).Select(text => KeyValuePair.Create(key, text));
    }

    private static IEnumerable<string> Texts(string path, string key, JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && DaemonSetting.ByKey[key].Unfold is { } unfold ? unfold(value) : [Text(path, key, value)];

    private static string Text(string path, string key, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => value.GetRawText(),
        _ => throw new InvalidArgumentException($"{path}: the value of \"{key}\" must be a string, a number, true, false or a list of them"),
    };
}
