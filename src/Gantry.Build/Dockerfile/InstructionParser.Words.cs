using System.Text.Json;

namespace Gantry.Build.Dockerfile;

internal sealed partial class InstructionParser
{
    private static string[] BlankWords(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A JSON list of strings; null where the text is none: it is then a plain one.</summary>
    private static string[]? JsonWords(string text)
    {
        if (!text.StartsWith('['))
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(text);
            return [.. json.RootElement.EnumerateArray().Select(word => word.ValueKind == JsonValueKind.String ? word.GetString()! : throw new JsonException())];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private List<string> Words() => WordsOf(rest, escape);

    /// <summary>Words apart by blanks; quotes and the escape character hold them together and stay.</summary>
    internal static List<string> WordsOf(string rest, char escape)
    {
        var words = new List<string>();
        var start = -1;
        var quote = '\0';
        for (var i = 0; i < rest.Length; i++)
        {
            var c = rest[i];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (start >= 0)
                {
                    words.Add(rest[start..i]);
                }

                start = -1;
                continue;
            }

            start = start < 0 ? i : start;
            if (c == escape && quote != '\'')
            {
                i++;
            }
            else if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '\'' or '"')
            {
                quote = c;
            }
        }

        if (start >= 0)
        {
            words.Add(rest[start..]);
        }

        return words;
    }

    private (IReadOnlyList<KeyValuePair<string, string>> Pairs, bool IsLegacy) Pairs() => PairsOf(keyword, rest, escape);

    /// <summary><c>a=b c="d e"</c>, or the old form <c>a b c</c>: one name, and the rest its value.</summary>
    internal static (IReadOnlyList<KeyValuePair<string, string>> Pairs, bool IsLegacy) PairsOf(string keyword, string rest, char escape)
    {
        var words = WordsOf(rest, escape);
        if (!words[0].Contains('='))
        {
            var (name, value) = Split(rest);
            return value.Length > 0 ? ([new(name, value)], true) : throw new FormatException($"{keyword} must have two arguments");
        }

        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var word in words)
        {
            var at = word.IndexOf('=');
            pairs.Add(at switch
            {
                < 0 => throw new FormatException($"Syntax error - can't find = in \"{word}\". Must be of the form: name=value"),
                0 => throw new FormatException($"{keyword} names can not be blank"),
                _ => new(word[..at], word[(at + 1)..]),
            });
        }

        return (pairs, false);
    }
}
