using System.Text.Json;

namespace Gantry.Cli;

/// <summary>Members of the daemon's JSON, with what stands for a missing one.</summary>
internal static class Json
{
    public static JsonElement At(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element)) return default;
        }

        return element;
    }

    public static string Text(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    public static long Number(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : 0;

    public static bool Flag(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path).ValueKind == JsonValueKind.True;

    public static IEnumerable<JsonElement> List(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    public static IEnumerable<string> Texts(this JsonElement element, params ReadOnlySpan<string> path) => element.List(path).Select(e => e.GetString() ?? "");

    public static IEnumerable<JsonProperty> Members(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path) is { ValueKind: JsonValueKind.Object } map ? map.EnumerateObject() : [];
}
