using System.Text;

namespace Gantry.Spec.Templates;

/// <summary>Cuts a template into text and the tokens between <c>{{</c> and <c>}}</c> (https://pkg.go.dev/text/template).</summary>
internal sealed class Lexer(string name, string source)
{
    private readonly List<Token> _tokens = [];
    private int _at;
    private int _depth;

    public List<Token> Run()
    {
        var trim = false;
        while (true)
        {
            var open = source.IndexOf("{{", _at, StringComparison.Ordinal);
            var text = source[_at..(open < 0 ? source.Length : open)];
            if (trim) text = text.TrimStart(' ', '\t', '\r', '\n');
            var start = open + 2;
            var trimLeft = open >= 0 && start + 1 < source.Length && source[start] == '-' && IsSpace(source[start + 1]);
            if (trimLeft) text = text.TrimEnd(' ', '\t', '\r', '\n');
            if (text.Length > 0) _tokens.Add(new Token(TokenKind.Text, text, _at));
            if (open < 0) break;
            _at = trimLeft ? start + 2 : start;
            trim = IsComment() ? SkipComment() : Action(open);
        }

        _tokens.Add(new Token(TokenKind.End, "", source.Length));
        return _tokens;
    }

    private bool IsComment() => source.AsSpan(_at).StartsWith("/*");

    private bool SkipComment()
    {
        var end = source.IndexOf("*/", _at, StringComparison.Ordinal);
        if (end < 0) throw Error("unclosed comment");
        _at = end + 2;
        return TryClose(out var trim) ? trim : throw Error("comment ends before closing delimiter");
    }

    /// <returns>Whether white space after the action is trimmed.</returns>
    private bool Action(int open)
    {
        _tokens.Add(new Token(TokenKind.Open, "{{", open));
        _depth = 0;
        while (true)
        {
            var position = _at;
            if (TryClose(out var trim))
            {
                if (_depth > 0) throw Error("unclosed left paren");
                _tokens.Add(new Token(TokenKind.Close, "}}", position));
                return trim;
            }

            if (_at >= source.Length) throw Error("unclosed action");
            Next();
        }
    }

    private bool TryClose(out bool trim)
    {
        var rest = source.AsSpan(_at);
        trim = rest.Length > 3 && IsSpace(rest[0]) && rest.TrimStart().StartsWith("-}}");
        if (trim) _at = source.IndexOf("-}}", _at, StringComparison.Ordinal) + 3;
        else if (rest.StartsWith("}}")) _at += 2;
        else return false;
        return true;
    }

    private void Next()
    {
        var start = _at;
        var c = source[_at];
        switch (c)
        {
            case ' ' or '\t' or '\r' or '\n':
                while (_at < source.Length && IsSpace(source[_at]) && !source.AsSpan(_at).StartsWith(" -}}")) _at++;
                if (_at == start) _at++;
                Add(TokenKind.Space, start);
                break;
            case '"': Quoted(); break;
            case '`':
                var end = source.IndexOf('`', _at + 1);
                if (end < 0) throw Error("unterminated raw quoted string");
                _tokens.Add(new Token(TokenKind.String, source[(_at + 1)..end], start));
                _at = end + 1;
                break;
            case '\'': Character(); break;
            case '|': Single(TokenKind.Pipe); break;
            case ',': Single(TokenKind.Comma); break;
            case '=': Single(TokenKind.Assign); break;
            case '(':
                _depth++;
                Single(TokenKind.LeftParen);
                break;
            case ')':
                if (--_depth < 0) throw Error("unexpected right paren");
                Single(TokenKind.RightParen);
                break;
            case ':':
                if (!source.AsSpan(_at).StartsWith(":=")) throw Error("expected :=");
                _at += 2;
                Add(TokenKind.Declare, start);
                break;
            case '$':
                _at++;
                Word();
                Add(TokenKind.Variable, start);
                break;
            case '.' when _at + 1 >= source.Length || !IsWord(source[_at + 1]):
                Single(TokenKind.Dot);
                break;
            case '.' when !char.IsDigit(source[_at + 1]):
                _at++;
                Word();
                Add(TokenKind.Field, start);
                break;
            case var d when char.IsDigit(d) || d is '+' or '-' or '.':
                _at++;
                while (_at < source.Length && (IsWord(source[_at]) || source[_at] == '.')) _at++;
                Add(TokenKind.Number, start);
                break;
            case var w when IsWord(w):
                Word();
                Add(TokenKind.Identifier, start);
                break;
            default:
                throw Error($"unrecognized character in action: U+{(int)c:X4} '{c}'");
        }
    }

    private void Quoted()
    {
        var start = _at++;
        var text = new StringBuilder();
        while (true)
        {
            if (_at >= source.Length || source[_at] == '\n') throw Error("unterminated quoted string");
            var c = source[_at++];
            if (c == '"') break;
            text.Append(c == '\\' ? Escape() : c.ToString());
        }

        _tokens.Add(new Token(TokenKind.String, text.ToString(), start));
    }

    private void Character()
    {
        var start = _at++;
        var text = _at < source.Length ? source[_at++] is var c && c == '\\' ? Escape() : c.ToString() : "";
        if (_at >= source.Length || source[_at++] != '\'') throw Error("unterminated character constant");
        _tokens.Add(new Token(TokenKind.Character, text, start));
    }

    private string Escape()
    {
        if (_at >= source.Length) throw Error("unterminated quoted string");
        var c = source[_at++];
        switch (c)
        {
            case 'n': return "\n";
            case 't': return "\t";
            case 'r': return "\r";
            case 'a': return "\a";
            case 'b': return "\b";
            case 'f': return "\f";
            case 'v': return "\v";
            case 'x' or 'u' or 'U':
                var length = c == 'x' ? 2 : c == 'u' ? 4 : 8;
                if (_at + length > source.Length) throw Error("invalid syntax");
                var code = Convert.ToInt32(source.Substring(_at, length), 16);
                _at += length;
                return char.ConvertFromUtf32(code);
            default: return c.ToString();
        }
    }

    private void Word()
    {
        while (_at < source.Length && IsWord(source[_at])) _at++;
    }

    private void Single(TokenKind kind)
    {
        _at++;
        Add(kind, _at - 1);
    }

    private void Add(TokenKind kind, int start) => _tokens.Add(new Token(kind, source[start.._at], start));

    private TemplateException Error(string what) => new($"template: {name}:{1 + source.AsSpan(0, Math.Min(_at, source.Length)).Count('\n')}: {what}");

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\r' or '\n';

    private static bool IsWord(char c) => c == '_' || char.IsLetterOrDigit(c);
}
