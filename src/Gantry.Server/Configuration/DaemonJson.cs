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
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), Strict);
            return [.. document.RootElement.EnumerateObject().SelectMany(member => Settings(path, member))];
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw new InvalidArgumentException($"{path} is not a JSON object of settings: {failure.Message}", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidArgumentException($"the configuration file {path} cannot be read: {failure.Message}", failure);
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Settings(string path, JsonProperty member)
    {
        // Docker's "proxies": { "http-proxy": … }: its members are settings of the same names.
        if (member.Name == "proxies" && member.Value.ValueKind == JsonValueKind.Object)
        {
            return member.Value.EnumerateObject().SelectMany(inner => Settings(path, inner));
        }

        if (!DaemonSetting.ByKey.TryGetValue(member.Name, out var setting))
        {
            throw new InvalidArgumentException($"{path}: the directive \"{member.Name}\" is not supported");
        }

        if (setting.TakesMembers && member.Value.ValueKind == JsonValueKind.Object)
        {
            return member.Value.EnumerateObject().Select(option => KeyValuePair.Create(member.Name, $"{option.Name}={Text(path, member.Name, option.Value)}"));
        }

        return member.Value.ValueKind == JsonValueKind.Array
            ? member.Value.EnumerateArray().Select(item => KeyValuePair.Create(member.Name, Text(path, member.Name, item)))
            : [KeyValuePair.Create(member.Name, Text(path, member.Name, member.Value))];
    }

    private static string Text(string path, string key, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.Object when DaemonSetting.ByKey[key].TakesObjects =>
            string.Join(',', value.EnumerateObject().Select(member => $"{member.Name}={Text(path, key, member.Value)}")),
        _ => throw new InvalidArgumentException($"{path}: the value of \"{key}\" must be a string, a number, true, false or a list of them"),
    };
}
