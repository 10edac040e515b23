using System.Globalization;
using System.Text;
using Gantry.Compose.Nodes;

namespace Gantry.Compose.Output;

/// <summary>Block style, two spaces a level, no line folded; mappings in the order they have.</summary>
internal sealed class YamlWriter
{
    private readonly StringBuilder text = new();

    public static string Write(Node node)
    {
        var writer = new YamlWriter();
        writer.WriteRoot(node);
        return writer.text.ToString();
    }

    private void WriteRoot(Node node)
    {
        switch (node)
        {
            case MappingNode { Count: > 0 } mapping:
                WriteMapping(mapping, 0, onLine: true);
                break;
            case SequenceNode { Items.Count: > 0 } sequence:
                WriteSequence(sequence, 0, onLine: true);
                break;
            default:
                WriteValue(node, 0);
                break;
        }

        EndLine();
    }

    private void WriteMapping(MappingNode mapping, int indent, bool onLine)
    {
        foreach (var (key, value) in mapping.Entries)
        {
            Begin(indent, ref onLine);
            text.Append(YamlText.Key(key)).Append(':');
            switch (value)
            {
                case MappingNode { Count: > 0 } inner:
                    WriteMapping(inner, indent + 2, onLine: false);
                    break;
                case SequenceNode { Items.Count: > 0 } inner:
                    WriteSequence(inner, indent + 2, onLine: false);
                    break;
                default:
                    text.Append(' ');
                    WriteValue(value, indent + 2);
                    break;
            }
        }
    }

    private void WriteSequence(SequenceNode sequence, int indent, bool onLine)
    {
        foreach (var item in sequence.Items)
        {
            Begin(indent, ref onLine);
            text.Append("- ");
            switch (item)
            {
                case MappingNode { Count: > 0 } inner:
                    WriteMapping(inner, indent + 2, onLine: true);
                    break;
                case SequenceNode { Items.Count: > 0 } inner:
                    WriteSequence(inner, indent + 2, onLine: true);
                    break;
                default:
                    WriteValue(item, indent + 2);
                    break;
            }
        }
    }

    private void WriteValue(Node node, int indent)
    {
        switch (node)
        {
            case MappingNode:
                text.Append("{}");
                break;
            case SequenceNode:
                text.Append("[]");
                break;
            case ScalarNode scalar:
                WriteScalar(scalar.Value, indent);
                break;
        }
    }

    private void WriteScalar(object? value, int indent)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case string words when words.Contains('\n', StringComparison.Ordinal) && YamlText.TakesBlock(words):
                WriteLiteral(words, indent);
                break;
            case string words:
                text.Append(YamlText.Inline(words));
                break;
            case double.NaN:
                text.Append(".nan");
                break;
            case double d when double.IsInfinity(d):
                text.Append(d > 0 ? ".inf" : "-.inf");
                break;
            case YamlTimestamp time:
                text.Append(time.Time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture).Replace("+00:00", "Z", StringComparison.Ordinal));
                break;
            default:
                text.Append(GoValue.Print(value));
                break;
        }
    }

    private void WriteLiteral(string words, int indent)
    {
        text.Append('|');
        if (words[0] is ' ' or '\n')
        {
            text.Append('2');
        }

        if (!words.EndsWith('\n'))
        {
            text.Append('-');
        }
        else if (words.Length == 1 || words[^2] == '\n')
        {
            text.Append('+');
        }

        var atStart = true;
        foreach (var c in words)
        {
            if (c == '\n')
            {
                text.Append('\n');
                atStart = true;
                continue;
            }

            if (atStart)
            {
                EndLine();
                text.Append(' ', indent);
                atStart = false;
            }

            text.Append(c);
        }
    }

    /// <summary>A line of its own, unless the value goes on where a dash stands.</summary>
    private void Begin(int indent, ref bool onLine)
    {
        if (!onLine)
        {
            EndLine();
            text.Append(' ', indent);
        }

        onLine = false;
    }

    private void EndLine()
    {
        if (text.Length > 0 && text[^1] != '\n')
        {
            text.Append('\n');
        }
    }
}
