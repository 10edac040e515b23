using System.Text;
using Gantry.Compose.Interpolation;
using Gantry.Compose.Nodes;

namespace Gantry.Compose.Loading;

/// <summary>Environment files: <c>NAME=value</c> a line, comments, quotes over several lines, variables in values.</summary>
internal sealed class DotEnv
{
    private readonly string text;
    private readonly string file;
    private readonly Func<string, string?> lookup;
    private readonly Action<string> warn;
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Origin> places = new(StringComparer.Ordinal);
    private int position;

    private DotEnv(string text, string file, Func<string, string?> lookup, Action<string> warn)
    {
        this.text = text.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal);
        (this.file, this.lookup, this.warn) = (file, lookup, warn);
    }

    /// <param name="lookup">Variables from outside of the file; they win over the file's own.</param>
    /// <exception cref="ComposeException">A line is none of an environment file.</exception>
    public static IReadOnlyDictionary<string, string> Parse(string text, string file, Func<string, string?> lookup, Action<string> warn) =>
        ParseWithPlaces(text, file, lookup, warn).Values;

    /// <summary>The values, and where the last line for each stands.</summary>
    public static (IReadOnlyDictionary<string, string> Values, IReadOnlyDictionary<string, Origin> Places) ParseWithPlaces(string text, string file, Func<string, string?> lookup, Action<string> warn)
    {
        var parser = new DotEnv(text, file, lookup, warn);
        while (parser.ReadLine())
        {
        }

        return (parser.values, parser.places);
    }

    /// <summary>Lines as they are, without quotes and variables; a name alone has its value from outside.</summary>
    public static IReadOnlyDictionary<string, string> ParseRaw(string text, Func<string, string?> lookup)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.TrimStart('\uFEFF').Split('\n').Select(line => line.TrimEnd('\r').TrimStart()))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if ((equals < 0 ? lookup(line) : line[(equals + 1)..]) is { } value)
            {
                values[equals < 0 ? line : line[..equals]] = value;
            }
        }

        return values;
    }

    private bool ReadLine()
    {
        SkipToStatement();
        if (position == text.Length)
        {
            return false;
        }

        if (text.AsSpan(position).StartsWith("export") && position + 6 < text.Length && IsBlank(text[position + 6]))
        {
            position += 6;
            SkipBlanks();
        }

        var start = position;
        while (position < text.Length && text[position] is not ('=' or ':' or '\n'))
        {
            var c = text[position];
            if (!IsBlank(c) && !char.IsLetterOrDigit(c) && c is not ('_' or '.' or '-' or '[' or ']'))
            {
                throw Failed($"unexpected character \"{c}\" in a variable's name; a line is NAME=value", position);
            }

            position++;
        }

        var name = text[start..position].TrimEnd();
        if (name.Contains(' ', StringComparison.Ordinal))
        {
            throw Failed($"the name \"{name}\" has a space", start);
        }

        if (position == text.Length || text[position] == '\n')
        {
            // A name alone has its value from outside.
            if (lookup(name) is { } inherited)
            {
                values[name] = inherited;
            }

            return true;
        }

        position++;
        SkipBlanks();
        places[name] = At(start);
        values[name] = position < text.Length && text[position] is '"' or '\'' ? QuotedValue(text[position]) : PlainValue();
        return true;
    }

    private string PlainValue()
    {
        var start = position;
        var end = text.IndexOf('\n', position) is var next and >= 0 ? next : text.Length;
        position = end;
        var line = text[start..end];
        var comment = line.IndexOf(" #", StringComparison.Ordinal);
        return Expand((comment < 0 ? line : line[..comment]).TrimEnd(), start);
    }

    private string QuotedValue(char quote)
    {
        var start = position++;
        var value = new StringBuilder();
        for (; position < text.Length; position++)
        {
            var c = text[position];
            if (c == quote)
            {
                position++;
                return quote == '"' ? Expand(Unescape(value.ToString()), start) : value.ToString();
            }

            if (c == '\\' && position + 1 < text.Length)
            {
                // Only the quote itself loses its backslash here.
                if (text[position + 1] != quote)
                {
                    value.Append(c);
                }

                c = text[++position];
            }

            value.Append(c);
        }

        throw Failed($"the quote {quote} is not closed", start);
    }

    private static string Unescape(string value)
    {
        var result = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] != '\\' || i + 1 == value.Length)
            {
                result.Append(value[i]);
                continue;
            }

            var c = value[++i];
            switch (c)
            {
                // For the expansion that follows, this is a dollar.
                case '$': result.Append("$$"); break;
                case 'a': result.Append('\a'); break;
                case 'b': result.Append('\b'); break;
                case 'f': result.Append('\f'); break;
                case 'n': result.Append('\n'); break;
                case 'r': result.Append('\r'); break;
                case 't': result.Append('\t'); break;
                case 'v': result.Append('\v'); break;
                case '"' or '\\': result.Append(c); break;
                case '0' when i + 3 < value.Length && value.AsSpan(i + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0:
                    result.Append((char)Convert.ToInt32(value.Substring(i + 1, 3), 8));
                    i += 3;
                    break;
                default: result.Append('\\').Append(c); break;
            }
        }

        return result.ToString();
    }

    private string Expand(string value, int at)
    {
        var template = new Template(name => lookup(name) ?? values.GetValueOrDefault(name));
        try
        {
            var expanded = template.Expand(value);
            foreach (var name in template.Missing)
            {
                warn($"The \"{name}\" variable is not set. Defaulting to a blank string.");
            }

            return expanded;
        }
        catch (FormatException e)
        {
            throw Failed(e.Message, at);
        }
    }

    private void SkipToStatement()
    {
        while (position < text.Length)
        {
            if (text[position] == '#')
            {
                position = text.IndexOf('\n', position) is var end and >= 0 ? end : text.Length;
            }
            else if (char.IsWhiteSpace(text[position]))
            {
                position++;
            }
            else
            {
                return;
            }
        }
    }

    private void SkipBlanks()
    {
        while (position < text.Length && IsBlank(text[position]))
        {
            position++;
        }
    }

    private static bool IsBlank(char c) => c is '\t' or '\v' or '\f' or '\r' or ' ' or '\u0085' or '\u00A0';

    private ComposeException Failed(string message, int at) => new(message, At(at));

    private Origin At(int at)
    {
        var before = text.AsSpan(0, at);
        return new(file, before.Count('\n') + 1, at - before.LastIndexOf('\n'));
    }
}
