using System.Globalization;
using System.Text;
using Gantry.Cli.Hcl.Expressions;

namespace Gantry.Cli.Hcl.Syntax;

/// <summary>Text with <c>${…}</c> and <c>%{…}</c> in it (HCL native syntax, templates).</summary>
internal sealed class HclTemplateParser(HclScanner scanner, HclPlace place)
{
    /// <summary>The literal that comes next loses the blanks it begins with.</summary>
    private bool _trims;
    private bool _isQuoted;

    /// <summary>A text that is a template to its end: a heredoc's, or a string of a JSON file.</summary>
    public static TemplateExpression Parse(HclPlace place, string text)
    {
        var parser = new HclTemplateParser(new(place.File, text, place.Line), place);
        var parts = parser.ReadParts(out var end);
        return end.Length == 0 ? new TemplateExpression(place, parts) : throw new HclException(place, $"%{{ {end} }} ends nothing that was begun");
    }

    /// <summary>What follows a quote, with the quote that ends it.</summary>
    public TemplateExpression ReadQuoted()
    {
        _isQuoted = true;
        var parts = ReadParts(out var end);
        if (end.Length > 0) throw new HclException(place, $"%{{ {end} }} ends nothing that was begun");
        if (scanner.Next != '"') throw new HclException(place, "the string that begins here has no end on its line; write \\n for a new line, or a heredoc");
        scanner.Skip(1);
        return new TemplateExpression(place, parts);
    }

    /// <param name="end"><c>else</c>, <c>endif</c> or <c>endfor</c> where the parts end with it; empty at the end of the text.</param>
    private List<HclExpression> ReadParts(out string end)
    {
        var parts = new List<HclExpression>();
        var literal = new StringBuilder();
        var start = scanner.Place;
        end = "";
        while (!IsAtEnd)
        {
            if (scanner.StartsWith("$${") || scanner.StartsWith("%%{"))
            {
                literal.Append(scanner.Next).Append('{');
                scanner.Skip(3);
            }
            else if (scanner.StartsWith("${") || scanner.StartsWith("%{"))
            {
                var isDirective = scanner.Next == '%';
                var from = scanner.Place;
                scanner.Skip(2);
                AddLiteral(parts, literal, start, isTrimmed: scanner.Next == '~');
                if (scanner.Next == '~') scanner.Skip(1);
                if (!isDirective) parts.Add(ReadInterpolation(from));
                else if (ReadDirective(from, out end) is { } part) parts.Add(part);
                else return parts;
                start = scanner.Place;
            }
            else
            {
                literal.Append(_isQuoted && scanner.Next == '\\' ? ReadEscape() : scanner.Take().ToString());
            }
        }

        AddLiteral(parts, literal, start, isTrimmed: false);
        return parts;
    }

    private bool IsAtEnd => scanner.IsAtEnd || (_isQuoted && scanner.Next is '"' or '\n');

    private void AddLiteral(List<HclExpression> parts, StringBuilder literal, HclPlace from, bool isTrimmed)
    {
        var text = literal.ToString();
        literal.Clear();
        if (_trims) text = TrimStart(text);
        if (isTrimmed) text = TrimEnd(text);
        _trims = false;
        if (text.Length > 0) parts.Add(new LiteralExpression(from, HclValue.Of(text)));
    }

    // In a text of lines only the line's own blanks go, and its end.
    private string TrimStart(string text) => text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end && !_isQuoted ? text[..(end + 1)].TrimStart() + text[(end + 1)..] : text.TrimStart();

    private string TrimEnd(string text)
    {
        var start = _isQuoted ? 0 : (text.EndsWith('\n') ? text[..^1] : text).LastIndexOf('\n') + 1;
        return text[..start] + text[start..].TrimEnd();
    }

    private HclExpression ReadInterpolation(HclPlace from)
    {
        var tokens = Tokens();
        var expression = new HclExpressionParser(tokens).Read();
        EndSequence(tokens, from);
        return expression;
    }

    /// <summary>Null for one that ends what another began.</summary>
    private HclExpression? ReadDirective(HclPlace from, out string end)
    {
        end = "";
        var tokens = Tokens();
        var name = tokens.ExpectName("%{");
        switch (name)
        {
            case "if":
                var condition = new HclExpressionParser(tokens).Read();
                EndSequence(tokens, from);
                var one = Until(from, out var then, "else", "endif");
                var other = then == "else" ? Until(from, out _, "endif") : new TemplateExpression(from, []);
                return new ConditionalExpression(from, condition, one, other);
            case "for":
                var (key, value, source) = new HclExpressionParser(tokens).ReadForHead();
                EndSequence(tokens, from);
                return new TemplateForExpression(from, key, value, source, Until(from, out _, "endfor"));
            case "else" or "endif" or "endfor":
                EndSequence(tokens, from);
                end = name;
                return null;
            default:
                throw new HclException(from, $"%{{ {name} }} is none of %{{ if }}, %{{ else }}, %{{ endif }}, %{{ for }} and %{{ endfor }}");
        }
    }

    private TemplateExpression Until(HclPlace from, out string end, params ReadOnlySpan<string> ends)
    {
        var parts = ReadParts(out end);
        return ends.Contains(end) ? new(from, parts) : throw new HclException(from, $"what begins here needs %{{ {ends[^1]} }} in the same string");
    }

    private HclTokens Tokens()
    {
        var tokens = new HclTokens(scanner);
        tokens.Enter(joinsLines: true);
        return tokens;
    }

    // } or ~}
    private void EndSequence(HclTokens tokens, HclPlace from)
    {
        if (tokens.Next.Is("~")) _trims = true;
        if (_trims) tokens.Take();
        if (!tokens.Next.Is("}")) throw new HclException(from, $"what begins here needs }} at its end, not {tokens.Next.Shown}");
        tokens.Take();
    }

    private string ReadEscape()
    {
        var from = scanner.Place;
        scanner.Skip(1);
        var c = scanner.Take();
        return c switch
        {
            'n' => "\n",
            'r' => "\r",
            't' => "\t",
            '"' => "\"",
            '\\' => "\\",
            'u' => ReadCharacter(from, 4),
            'U' => ReadCharacter(from, 8),
            _ => throw new HclException(from, $"\\{c} means nothing; a backslash itself is written \\\\"),
        };
    }

    private string ReadCharacter(HclPlace from, int digits)
    {
        var text = new StringBuilder();
        while (text.Length < digits && char.IsAsciiHexDigit(scanner.Next)) text.Append(scanner.Take());
        return text.Length == digits && Rune.TryCreate(uint.Parse(text.ToString(), NumberStyles.HexNumber, CultureInfo.InvariantCulture), out var rune)
            ? rune.ToString()
            : throw new HclException(from, $"\\u needs four hexadecimal digits of a character and \\U eight, not {text}");
    }
}
