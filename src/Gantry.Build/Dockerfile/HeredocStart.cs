namespace Gantry.Build.Dockerfile;

/// <summary>Where a here-document is announced: <c>&lt;&lt;EOF</c>, <c>&lt;&lt;-"EOF"</c>, with a descriptor's number before it or not.</summary>
internal sealed record HeredocStart(string Name, bool Expand, bool Chomp)
{
    public static IReadOnlyList<HeredocStart> In(string text)
    {
        var found = new List<HeredocStart>();
        foreach (var word in BlankWords(text))
        {
            if (TryParse(word) is { } start)
            {
                found.Add(start);
            }
        }

        return found;
    }

    public static HeredocStart? TryParse(string word)
    {
        var rest = word.AsSpan().TrimStart("0123456789");
        if (!rest.StartsWith("<<") || rest.StartsWith("<<<"))
        {
            return null;
        }

        rest = rest[2..];
        var chomp = rest.StartsWith("-");
        var name = (chomp ? rest[1..] : rest).ToString();
        if (name.Length > 0 && name.All(c => !char.IsWhiteSpace(c) && c is not ('<' or '\'' or '"')))
        {
            return new(name, Expand: true, chomp);
        }

        return name.Length > 2 && name[0] is '\'' or '"' && name[^1] == name[0] && name[1..^1].All(c => c is not ('<' or '\'' or '"'))
            ? new(name[1..^1], Expand: false, chomp)
            : null;
    }

    /// <summary>Words apart by blanks outside of quotes.</summary>
    private static IEnumerable<string> BlankWords(string text)
    {
        var start = -1;
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (char.IsWhiteSpace(c) || c is ';' or '&' or '|' or ')' or '(')
            {
                if (start >= 0)
                {
                    yield return text[start..i];
                }

                start = -1;
                continue;
            }
            else if (c is '\'' or '"')
            {
                quote = c;
            }

            start = start < 0 ? i : start;
        }

        if (start >= 0)
        {
            yield return text[start..];
        }
    }
}
