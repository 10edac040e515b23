using System.Text;

namespace Gantry.Compose.Interpolation;

/// <summary>
/// Replaces <c>$A</c>, <c>${A}</c> and the forms with <c>-</c>, <c>:-</c>, <c>?</c>, <c>:?</c>, <c>+</c> and <c>:+</c>; <c>$$</c> is a dollar.
/// </summary>
/// <param name="lookup">The value of a variable; null where it is not set.</param>
/// <param name="found">Is told of each variable, and then none is required.</param>
internal sealed class Template(Func<string, string?> lookup, Action<ModelVariable>? found = null)
{
    private const int MostDepth = 50;
    private readonly List<string> used = [];
    private readonly List<string> missing = [];

    /// <summary>The variables that were looked up, in their order.</summary>
    public IReadOnlyList<string> Used => used;

    /// <summary>Those that are not set and have no default.</summary>
    public IReadOnlyList<string> Missing => missing;

    /// <exception cref="FormatException">The text is malformed, or a variable that must have a value has none.</exception>
    public string Expand(string text) => Expand(text, 0);

    private string Expand(string text, int depth)
    {
        if (!text.Contains('$', StringComparison.Ordinal))
        {
            return text;
        }

        if (depth > MostDepth)
        {
            throw new FormatException($"variables are nested more than {MostDepth} deep");
        }

        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            if (text[i] != '$' || i + 1 == text.Length)
            {
                result.Append(text[i++]);
                continue;
            }

            switch (text[i + 1])
            {
                case '$':
                    result.Append('$');
                    i += 2;
                    break;
                case '{':
                    var end = ClosingBrace(text, i + 2);
                    if (end < 0)
                    {
                        throw Malformed(text);
                    }

                    result.Append(Braced(text[(i + 2)..end], text, depth));
                    i = end + 1;
                    break;
                case var c when IsNameStart(c):
                    var name = Name(text, i + 1);
                    result.Append(ValueOrBlank(name));
                    i += 1 + name.Length;
                    break;
                default:
                    result.Append('$');
                    i++;
                    break;
            }
        }

        return result.ToString();
    }

    private string Braced(string inner, string whole, int depth)
    {
        var name = inner.Length > 0 && IsNameStart(inner[0]) ? Name(inner, 0) : throw Malformed(whole);
        var rest = inner[name.Length..];
        if (rest.Length == 0)
        {
            return ValueOrBlank(name);
        }

        var alsoEmpty = rest[0] == ':';
        var operation = rest.Length > (alsoEmpty ? 1 : 0) ? rest[alsoEmpty ? 1 : 0] : '\0';
        var word = rest.Length > (alsoEmpty ? 2 : 1) ? rest[(alsoEmpty ? 2 : 1)..] : "";
        found?.Invoke(new(name, operation == '?', operation == '-' ? word : "", operation == '+' ? word : ""));
        var value = Value(name);
        var isThere = value is not null && !(alsoEmpty && value.Length == 0);
        return operation switch
        {
            '-' => isThere ? value! : Expand(word, depth + 1),
            '+' => isThere ? Expand(word, depth + 1) : "",
            '?' when found is not null => "",
            '?' => isThere ? value! : throw new FormatException($"required variable {name} is missing a value{(word.Length > 0 ? ": " + Expand(word, depth + 1) : "")}"),
            _ => throw Malformed(whole),
        };
    }

    private string? Value(string name)
    {
        if (!used.Contains(name))
        {
            used.Add(name);
        }

        return lookup(name);
    }

    private string ValueOrBlank(string name)
    {
        found?.Invoke(new(name, false, "", ""));
        var value = Value(name);
        if (value is null && !missing.Contains(name))
        {
            missing.Add(name);
        }

        return value ?? "";
    }

    private static int ClosingBrace(string text, int from)
    {
        var open = 1;
        for (var i = from; i < text.Length; i++)
        {
            open += text[i] switch
            {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            if (open == 0)
            {
                return i;
            }
        }

        return -1;
    }

    private static string Name(string text, int from)
    {
        var end = from;
        while (end < text.Length && (IsNameStart(text[end]) || char.IsAsciiDigit(text[end])))
        {
            end++;
        }

        return text[from..end];
    }

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';

    private static FormatException Malformed(string text) =>
        new($"invalid interpolation format in \"{text}\"; write ${{NAME}}, ${{NAME:-default}} or ${{NAME:?error}}, and $$ for a dollar");
}
