using System.Text.Json;
using Gantry.Engine.Backends;
using Gantry.Spec;

namespace Gantry.Server.Http;

/// <summary>
/// The <c>filters</c> parameter: <c>{"label":["a","b"]}</c>, or <c>{"label":{"a":true,"b":true}}</c>, the form before API 1.22
/// that Docker's own client still sends.
/// </summary>
internal static class FilterParser
{
    public static Filters Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return Filters.None;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == JsonValueKind.Null)
            {
                return Filters.None;
            }

            var values = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                values[member.Name] = Values(member.Value);
            }

            return values.Count == 0 ? Filters.None : new Filters(values);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw new InvalidArgumentException($"invalid filters \"{text}\": a JSON object of lists is expected", failure);
        }
    }

    private static string[] Values(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => [.. element.EnumerateArray().Select(item => item.GetString() ?? "")],
        JsonValueKind.Object => [.. element.EnumerateObject().Where(item => item.Value.GetBoolean()).Select(item => item.Name)],
        _ => throw new JsonException("a list is expected"),
    };
}
