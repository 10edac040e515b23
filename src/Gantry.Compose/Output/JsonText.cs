using System.Globalization;
using System.Text;
using Gantry.Compose.Nodes;

namespace Gantry.Compose.Output;

/// <summary>JSON with the escapes that Go makes: hashes are taken of these bytes.</summary>
internal sealed class JsonText
{
    private readonly StringBuilder text = new();
    private readonly bool isIndented;

    private JsonText(bool isIndented) => this.isIndented = isIndented;

    public static string Write(Node node, bool isIndented)
    {
        var writer = new JsonText(isIndented);
        writer.Write(node, 0);
        return writer.text.ToString();
    }

    private void Write(Node node, int depth)
    {
        switch (node)
        {
            case MappingNode mapping:
                Write('{', '}', mapping.Entries, depth, entry =>
                {
                    WriteString(entry.Key);
                    text.Append(isIndented ? ": " : ":");
                    Write(entry.Value, depth + 1);
                });
                break;
            case SequenceNode sequence:
                Write('[', ']', sequence.Items, depth, item => Write(item, depth + 1));
                break;
            case ScalarNode scalar:
                WriteScalar(scalar.Value);
                break;
        }
    }

    private void Write<T>(char open, char close, IEnumerable<T> items, int depth, Action<T> write)
    {
        text.Append(open);
        var isFirst = true;
        foreach (var item in items)
        {
            if (!isFirst)
            {
                text.Append(',');
            }

            isFirst = false;
            NewLine(depth + 1);
            write(item);
        }

        if (!isFirst)
        {
            NewLine(depth);
        }

        text.Append(close);
    }

    private void NewLine(int depth)
    {
        if (isIndented)
        {
            text.Append('\n').Append(' ', depth * 2);
        }
    }

    private void WriteScalar(object? value)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case string words:
                WriteString(words);
                break;
            case YamlTimestamp time:
                WriteString(time.Time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture).Replace("+00:00", "Z", StringComparison.Ordinal));
                break;
            case float or double:
                text.Append(GoValue.JsonNumber(value));
                break;
            default:
                text.Append(GoValue.Print(value));
                break;
        }
    }

    private void WriteString(string words)
    {
        text.Append('"');
        foreach (var c in words)
        {
            switch (c)
            {
                case '"' or '\\': text.Append('\\').Append(c); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\b': text.Append("\\b"); break;
                case '\f': text.Append("\\f"); break;
                case '\t': text.Append("\\t"); break;
                case '<' or '>' or '&' or < ' ' or '\u2028' or '\u2029':
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
                default: text.Append(c); break;
            }
        }

        text.Append('"');
    }
}
