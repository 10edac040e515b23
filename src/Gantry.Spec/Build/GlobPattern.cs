namespace Gantry.Spec.Build;

/// <summary>A pattern for one name, as Go's <c>filepath.Match</c> reads it: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[^a]</c>, <c>\</c>.</summary>
public sealed class GlobPattern
{
    private readonly List<Part> parts = [];

    private GlobPattern()
    {
    }

    /// <exception cref="InvalidArgumentException">A bracket is not closed, or the pattern ends in a backslash.</exception>
    public static GlobPattern Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var pattern = new GlobPattern();
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '*':
                    pattern.parts.Add(new(PartKind.Any, '\0', null, false));
                    break;
                case '?':
                    pattern.parts.Add(new(PartKind.One, '\0', null, false));
                    break;
                case '[':
                    pattern.parts.Add(Bracket(text, ref i));
                    break;
                case '\\':
                    pattern.parts.Add(new(PartKind.Character, i + 1 < text.Length ? text[++i] : throw Bad(text), null, false));
                    break;
                default:
                    pattern.parts.Add(new(PartKind.Character, text[i], null, false));
                    break;
            }
        }

        return pattern;
    }

    public bool IsMatch(ReadOnlySpan<char> name)
    {
        // The last star, and where it began: on a mismatch it takes one more character.
        var (part, at, star, mark) = (0, 0, -1, 0);
        while (at < name.Length)
        {
            if (part < parts.Count && parts[part].Kind == PartKind.Any)
            {
                (star, mark) = (part++, at);
            }
            else if (part < parts.Count && parts[part].Matches(name[at]))
            {
                part++;
                at++;
            }
            else if (star >= 0 && name[mark] != '/')
            {
                (part, at) = (star + 1, ++mark);
            }
            else
            {
                return false;
            }
        }

        while (part < parts.Count && parts[part].Kind == PartKind.Any)
        {
            part++;
        }

        return part == parts.Count;
    }

    private static Part Bracket(string text, ref int at)
    {
        var ranges = new List<(char From, char To)>();
        var start = at++;
        var isNegated = at < text.Length && text[at] == '^';
        at += isNegated ? 1 : 0;
        while (at < text.Length && (text[at] != ']' || ranges.Count == 0))
        {
            var from = Single(text, ref at);
            var to = from;
            if (at + 1 < text.Length && text[at] == '-')
            {
                at++;
                to = Single(text, ref at);
            }

            ranges.Add((from, to));
        }

        return at < text.Length ? new(PartKind.Set, '\0', ranges, isNegated) : throw Bad(text[start..]);
    }

    private static char Single(string text, ref int at)
    {
        if (at < text.Length && text[at] == '\\')
        {
            at++;
        }

        return at < text.Length && text[at] is not ('-' or ']') ? text[at++] : throw Bad(text);
    }

    private static InvalidArgumentException Bad(string text) => new($"syntax error in pattern: {text}");

    private enum PartKind
    {
        Character,
        One,
        Any,
        Set,
    }

    private sealed record Part(PartKind Kind, char Character, List<(char From, char To)>? Ranges, bool IsNegated)
    {
        public bool Matches(char c) => Kind switch
        {
            PartKind.Character => c == Character,
            PartKind.One => c != '/',
            _ => c != '/' && Ranges!.Exists(range => c >= range.From && c <= range.To) != IsNegated,
        };
    }
}
