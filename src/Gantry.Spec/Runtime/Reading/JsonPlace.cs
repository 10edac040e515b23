using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gantry.Spec.Runtime.Reading;

/// <summary>Says where in a document a byte is, as <c>linux.devices[2].major</c>: worked out only when there is an error to tell.</summary>
internal static class JsonPlace
{
    public static string Of(ReadOnlySpan<byte> source, long position)
    {
        var json = new Utf8JsonReader(source);
        List<string> path = [];
        List<int> counts = [];
        var name = string.Empty;
        while (json.Read() && json.TokenStartIndex <= position)
        {
            if (json.TokenType == JsonTokenType.PropertyName)
            {
                name = Encoding.UTF8.GetString(json.ValueSpan);
                continue;
            }

            if (json.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                path.RemoveAt(path.Count - 1);
                counts.RemoveAt(counts.Count - 1);
                continue;
            }

            var place = counts.Count > 0 && counts[^1] >= 0
                ? "[" + (counts[^1]++).ToString(CultureInfo.InvariantCulture) + "]"
                : (path.Count > 1 ? "." : string.Empty) + name;
            if (json.TokenStartIndex == position)
            {
                return string.Concat(path) + place;
            }

            if (json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                path.Add(place);
                counts.Add(json.TokenType == JsonTokenType.StartArray ? 0 : -1);
            }
        }

        return string.Concat(path);
    }
}
