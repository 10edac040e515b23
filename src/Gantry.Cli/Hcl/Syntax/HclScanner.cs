namespace Gantry.Cli.Hcl.Syntax;

/// <summary>Characters of a file to tokens, and to the texts that templates are of (HCL native syntax, lexical elements).</summary>
/// <param name="file">Its name in messages.</param>
/// <param name="firstLine">The number of the line that the text begins with.</param>
internal sealed class HclScanner(string file, string source, int firstLine = 1)
{
    private static readonly string[] Marks = ["...", "&&", "||", "==", "!=", "<=", ">=", "=>", "{", "}", "(", ")", "[", "]", "=", ":", ",", ".", "?", "~", "+", "-", "*", "/", "%", "!", "<", ">"];
    private readonly string _source = source.Replace("\r\n", "\n", StringComparison.Ordinal).TrimStart('\uFEFF');
    private int _at;
    private int _line = firstLine;
    private int _lineStart;

    public HclPlace Place => new(file, _line, _at - _lineStart + 1);

    public bool IsAtEnd => _at >= _source.Length;

    /// <summary>The character that comes next, or NUL at the end.</summary>
    public char Next => IsAtEnd ? '\0' : _source[_at];

    public bool StartsWith(string text) => string.CompareOrdinal(_source, _at, text, 0, text.Length) == 0;

    public void Skip(int count)
    {
        for (; count > 0 && !IsAtEnd; count--)
        {
            if (_source[_at++] != '\n') continue;
            _line++;
            _lineStart = _at;
        }
    }

    public char Take()
    {
        var taken = Next;
        Skip(1);
        return taken;
    }

    public HclToken Read()
    {
        SkipBlanks();
        var place = Place;
        if (IsAtEnd) return new(HclTokenKind.End, "", place);
        var c = Next;
        if (c == '\n') return new(HclTokenKind.NewLine, TakeRun(1), place);
        if (c == '"') return new(HclTokenKind.Quote, TakeRun(1), place);
        if (IsNameStart(c)) return new(HclTokenKind.Name, TakeRun(NameLength()), place);
        if (char.IsAsciiDigit(c)) return new(HclTokenKind.Number, TakeRun(NumberLength()), place);
        if (StartsWith("<<")) return new(HclTokenKind.Heredoc, TakeHeredoc(place), place);
        return Array.Find(Marks, StartsWith) is { } mark ? new(HclTokenKind.Mark, TakeRun(mark.Length), place)
            : throw new HclException(place, $"the character {c} has no meaning here");
    }

    private void SkipBlanks()
    {
        while (!IsAtEnd)
        {
            if (Next is ' ' or '\t') Skip(1);
            else if (Next == '#' || StartsWith("//")) SkipTo(_source.IndexOf('\n', _at));
            else if (StartsWith("/*")) SkipComment();
            else break;
        }
    }

    private void SkipComment()
    {
        var end = _source.IndexOf("*/", _at + 2, StringComparison.Ordinal);
        if (end < 0) throw new HclException(Place, "the comment that begins here has no end");
        SkipTo(end + 2);
    }

    private void SkipTo(int end) => Skip((end < 0 ? _source.Length : end) - _at);

    private string TakeRun(int length)
    {
        var text = _source.Substring(_at, length);
        Skip(length);
        return text;
    }

    private int NameLength()
    {
        var end = _at;
        while (end < _source.Length && (IsNameStart(_source[end]) || char.IsAsciiDigit(_source[end]) || char.IsLetterOrDigit(_source[end]) || _source[end] == '-')) end++;
        return end - _at;
    }

    // 1, 1.5, 1e10; not the dot of 1.name.
    private int NumberLength()
    {
        var end = Digits(_at);
        if (end + 1 < _source.Length && _source[end] == '.' && char.IsAsciiDigit(_source[end + 1])) end = Digits(end + 1);
        if (end < _source.Length && _source[end] is 'e' or 'E')
        {
            var sign = end + 1 < _source.Length && _source[end + 1] is '+' or '-' ? 1 : 0;
            if (Digits(end + 1 + sign) is var exponent && exponent > end + 1 + sign) end = exponent;
        }

        return end - _at;
    }

    private int Digits(int from)
    {
        while (from < _source.Length && char.IsAsciiDigit(_source[from])) from++;
        return from;
    }

    // <<NAME or <<-NAME, and the lines before one that is NAME alone; with - less what all lines are indented by.
    private string TakeHeredoc(HclPlace place)
    {
        Skip(2);
        var isFlush = Next == '-';
        if (isFlush) Skip(1);
        var name = TakeRun(NameLength());
        if (name.Length == 0 || Next != '\n') throw new HclException(place, "the head of a heredoc must be << and a name, and then the line's end");
        Skip(1);
        var lines = new List<string>();
        while (true)
        {
            if (IsAtEnd) throw new HclException(place, $"the heredoc that begins here has no line {name} that ends it");
            var end = _source.IndexOf('\n', _at);
            var line = _source[_at..(end < 0 ? _source.Length : end)];
            if (line.Trim() == name)
            {
                // The line's end belongs to what follows the text.
                Skip(line.Length);
                break;
            }

            lines.Add(line);
            Skip(line.Length + 1);
        }

        var indent = isFlush ? lines.Where(line => line.Trim().Length > 0).Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty(0).Min() : 0;
        return string.Concat(lines.Select(line => (line.Length >= indent ? line[indent..] : line.TrimStart()) + "\n"));
    }

    private static bool IsNameStart(char c) => char.IsLetter(c) || c == '_';
}
