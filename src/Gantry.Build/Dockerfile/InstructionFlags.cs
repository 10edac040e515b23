namespace Gantry.Build.Dockerfile;

/// <summary>The <c>--name=value</c> at the beginning of an instruction.</summary>
internal sealed class InstructionFlags
{
    private readonly List<(string Name, string? Value)> all = [];
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);

    /// <summary>As they were written, with a blank after each.</summary>
    public string Text { get; private set; } = "";

    public static (InstructionFlags Flags, string After) Read(string text)
    {
        var flags = new InstructionFlags();
        var rest = text;
        while (rest.StartsWith("--", StringComparison.Ordinal))
        {
            var end = End(rest);
            var word = rest[..end];
            rest = rest[end..].TrimStart();
            flags.Text += word + " ";
            if (word == "--")
            {
                break;
            }

            var plain = Unquote(word);
            var at = plain.IndexOf('=');
            flags.all.Add(at < 0 ? (plain[2..], null) : (plain[2..at], plain[(at + 1)..]));
        }

        return (flags, rest);
    }

    public IReadOnlyList<string> All(string name)
    {
        asked.Add(name);
        return [.. all.Where(flag => flag.Name == name).Select(flag => flag.Value ?? throw new FormatException($"Missing a value on flag: {name}"))];
    }

    public string? Text1(string name) => All(name) switch
    {
        [] => null,
        [var one] => one,
        _ => throw new FormatException($"Duplicate flag specified: {name}"),
    };

    public bool? Flag(string name)
    {
        asked.Add(name);
        var given = all.Where(flag => flag.Name == name).ToList();
        return given switch
        {
            [] => null,
            [(_, null or "true" or "1")] => true,
            [(_, "false" or "0")] => false,
            [(_, var other)] => throw new FormatException($"Expecting boolean value for flag {name}, not: {other}"),
            _ => throw new FormatException($"Duplicate flag specified: {name}"),
        };
    }

    public void RequireAllUsed(string keyword)
    {
        if (all.Find(flag => !asked.Contains(flag.Name)) is { Name: { } unknown })
        {
            throw new FormatException($"unknown flag: --{unknown}{(EditDistance.Nearest(unknown, asked) is { } near ? $" (did you mean {near}?)" : "")} for {keyword}");
        }
    }

    private static int End(string text)
    {
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            if (quote == '\0' && char.IsWhiteSpace(text[i]))
            {
                return i;
            }

            if (quote != '\0' ? text[i] == quote : text[i] is '"' or '\'')
            {
                quote = quote == '\0' ? text[i] : '\0';
            }
        }

        return text.Length;
    }

    private static string Unquote(string word)
    {
        var plain = new System.Text.StringBuilder();
        var quote = '\0';
        foreach (var c in word)
        {
            if (quote != '\0' ? c == quote : c is '"' or '\'')
            {
                quote = quote == '\0' ? c : '\0';
            }
            else
            {
                plain.Append(c);
            }
        }

        return plain.ToString();
    }
}
