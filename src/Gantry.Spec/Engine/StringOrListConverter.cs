using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>A command: <c>["a","b"]</c>, or the older form <c>"a"</c>, which means a list of one.</summary>
public sealed class StringOrListConverter : JsonConverter<string[]>
{
    public override string[]? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String:
                return [reader.GetString()!];
            case JsonTokenType.StartArray:
                var list = new List<string>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    list.Add(reader.TokenType == JsonTokenType.Null ? "" : reader.GetString()!);
                }

                return [.. list];
            default:
                throw new JsonException("a string or a list of strings is expected");
        }
    }

    public override void Write(Utf8JsonWriter writer, string[] value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var item in value)
        {
            writer.WriteStringValue(item);
        }

        writer.WriteEndArray();
    }
}
