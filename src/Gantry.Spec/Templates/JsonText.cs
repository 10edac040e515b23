using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gantry.Spec.Templates;

/// <summary>JSON text from parsed JSON, members in their order: compact, or indented as Docker's inspect prints it.</summary>
internal static class JsonText
{
    public static void AppendCompact(StringBuilder text, JsonElement element) => Append(text, element, null, 0);

    public static void AppendIndented(StringBuilder text, JsonElement element, string indent, int depth) => Append(text, element, indent, depth);

    public static void AppendString(StringBuilder text, string value, bool escapeHtml = false)
    {
        text.Append('"');
        foreach (var c in value)
        {
            switch (c)
            {
                case '"' or '\\': text.Append('\\').Append(c); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case '\b': text.Append("\\b"); break;
                case '\f': text.Append("\\f"); break;
                case '<' or '>' or '&' when escapeHtml:
                case < ' ' or '\u2028' or '\u2029': text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"); break;
                default: text.Append(c); break;
            }
        }

        text.Append('"');
    }

    private static void Append(StringBuilder text, JsonElement element, string? indent, int depth)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                Block(text, '{', element.EnumerateObject(), '}', indent, depth, p =>
                {
                    AppendString(text, p.Name);
                    text.Append(indent is null ? ":" : ": ");
                    Append(text, p.Value, indent, depth + 1);
                });
                break;
            case JsonValueKind.Array:
                Block(text, '[', element.EnumerateArray(), ']', indent, depth, e => Append(text, e, indent, depth + 1));
                break;
            case JsonValueKind.String when indent is null:
                AppendString(text, element.GetString()!);
                break;
            default:
                // As it came: indenting keeps the daemon's own escapes.
                text.Append(element.GetRawText());
                break;
        }
    }

    private static void Block<T>(StringBuilder text, char open, IEnumerable<T> items, char close, string? indent, int depth, Action<T> append)
    {
        text.Append(open);
        var first = true;
        foreach (var item in items)
        {
            if (!first) text.Append(',');
            first = false;
            if (indent is not null) Line(text, indent, depth + 1);
            append(item);
        }

        if (!first && indent is not null) Line(text, indent, depth);
        text.Append(close);
    }

    private static void Line(StringBuilder text, string indent, int depth)
    {
        text.Append('\n');
        for (var i = 0; i < depth; i++) text.Append(indent);
    }
}
