using System.Text;

namespace Gantry.Build.Dockerfile;

/// <summary>What became of a text.</summary>
/// <param name="Used">Variables that have a value, in the order they were met.</param>
/// <param name="Unset">Variables that have no value, in the order they were met; also those for which the text has another value.</param>
public sealed record Expansion(string Text, IReadOnlyList<string> Words, IReadOnlyList<string> Used, IReadOnlyList<string> Unset);

/// <summary>Replaces variables and takes quotes away (reference.md, "Environment replacement"). What is wrong is a <see cref="FormatException"/>.</summary>
public sealed class VariableExpansion(char escape)
{
    public Expansion Expand(string text, Func<string, string?> lookup)
    {
        ArgumentNullException.ThrowIfNull(text);
        var reader = new Reader(text, escape, lookup);
        reader.ReadTo('\0', quoted: false);
        return new(reader.Text, reader.Words, reader.Used, reader.Unset);
    }

    /// <summary>The words that the text gives, apart at blanks outside of quotes, those of values included.</summary>
    public Expansion ExpandWords(string text, Func<string, string?> lookup) => Expand(text, lookup);

    /// <summary>Variables of a here-document: its quotes are text.</summary>
    public Expansion ExpandContent(string content, Func<string, string?> lookup)
    {
        var quoted = new StringBuilder();
        foreach (var c in content)
        {
            quoted.Append(c is '"' or '\'' ? $"{escape}{c}" : c);
        }

        return Expand(quoted.ToString(), lookup);
    }

    /// <summary>As a step is shown: quotes stay, and so does what has no value. A text that cannot be read stays as it is.</summary>
    public string Show(string text, Func<string, string?> lookup)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            var reader = new Reader(text, escape, lookup) { IsShown = true };
            reader.ReadTo('\0', quoted: false);
            return reader.Text;
        }
        catch (FormatException)
        {
            return text;
        }
    }

    private sealed class Reader(string text, char escape, Func<string, string?> lookup)
    {
        private readonly StringBuilder output = new();
        private readonly List<string> words = [];
        private readonly StringBuilder word = new();
        private bool hasWord;
        private int at;

        public string Text => output.ToString();

        /// <summary>Quotes are kept, and variables without a value.</summary>
        public bool IsShown { get; init; }

        public List<string> Used { get; private init; } = [];

        public List<string> Unset { get; private init; } = [];

        public IReadOnlyList<string> Words
        {
            get
            {
                EndWord();
                return words;
            }
        }

        public void ReadTo(char end, bool quoted)
        {
            while (at < text.Length && text[at] != end)
            {
                var c = text[at];
                switch (c)
                {
                    case '\'' when !quoted:
                        ReadSingle();
                        break;
                    case '"' when !quoted:
                        ReadDouble();
                        break;
                    case '$':
                        var (start, unset) = (at++, Unset.Count);
                        var value = Dollar();
                        Append(IsShown && Unset.Count > unset ? text[start..at] : value, isWhole: quoted);
                        break;
                    case var _ when c == escape:
                        ReadEscape(quoted);
                        break;
                    default:
                        at++;
                        Append(c.ToString(), isWhole: quoted);
                        break;
                }
            }
        }

        /// <param name="isWhole">Blanks in it do not end a word.</param>
        private void Append(string piece, bool isWhole)
        {
            output.Append(piece);
            foreach (var c in piece)
            {
                if (!isWhole && char.IsWhiteSpace(c))
                {
                    EndWord();
                }
                else
                {
                    word.Append(c);
                    hasWord = true;
                }
            }
        }

        private void EndWord()
        {
            if (hasWord)
            {
                words.Add(word.ToString());
            }

            word.Clear();
            hasWord = false;
        }

        private void ReadSingle()
        {
            var end = text.IndexOf('\'', at + 1);
            if (end < 0)
            {
                throw new FormatException("unexpected end of statement while looking for matching single-quote");
            }

            hasWord = true;
            Append(IsShown ? text[at..(end + 1)] : text[(at + 1)..end], isWhole: true);
            at = end + 1;
        }

        private void ReadDouble()
        {
            at++;
            hasWord = true;
            Append(IsShown ? "\"" : "", isWhole: true);
            ReadTo('"', quoted: true);
            if (at >= text.Length)
            {
                throw new FormatException("unexpected end of statement while looking for matching double-quote");
            }

            Append(IsShown ? "\"" : "", isWhole: true);
            at++;
        }

        private void ReadEscape(bool quoted)
        {
            at++;
            if (at >= text.Length)
            {
                if (quoted)
                {
                    Append(escape.ToString(), isWhole: true);
                }

                return;
            }

            var c = text[at++];
            // In quotes only what means something there is escaped.
            Append(quoted && c != '"' && c != '$' && c != escape ? $"{escape}{c}" : c.ToString(), isWhole: true);
        }

        private string Dollar()
        {
            if (at >= text.Length)
            {
                return "$";
            }

            if (text[at] == '{')
            {
                at++;
                return Braces();
            }

            var name = Name();
            return name.Length == 0 ? "$" : Value(name) ?? "";
        }

        private string Name()
        {
            var start = at;
            if (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] is '@' or '*' or '#' or '?' or '-' or '!' or '$'))
            {
                at++;
                while (char.IsAsciiDigit(text[start]) && at < text.Length && char.IsAsciiDigit(text[at]))
                {
                    at++;
                }

                return text[start..at];
            }

            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
            {
                at++;
            }

            return text[start..at];
        }

        private string? Value(string name)
        {
            var value = lookup(name);
            (value is null ? Unset : Used).Add(name);
            return value;
        }

        private string Braces()
        {
            if (at >= text.Length || text[at] is '}' or ':')
            {
                throw new FormatException("syntax error: bad substitution");
            }

            var name = Name();
            if (at >= text.Length)
            {
                throw new FormatException("syntax error: missing '}'");
            }

            if (name.Length == 0)
            {
                throw new FormatException("syntax error: bad substitution");
            }

            if (text[at] == '}')
            {
                at++;
                return Value(name) ?? "";
            }

            var isColon = text[at] == ':';
            at += isColon ? 1 : 0;
            if (at >= text.Length)
            {
                throw new FormatException("syntax error: missing ':' in substitution");
            }

            var operation = text[at++];
            return operation switch
            {
                '+' or '-' or '?' => Conditional(name, operation, isColon),
                '#' or '%' when !isColon => Trimmed(name, operation),
                '/' when !isColon => Replaced(name),
                _ => throw new FormatException($"unsupported modifier ({(isColon ? ":" : "")}{operation}) in substitution"),
            };
        }

        private string Conditional(string name, char operation, bool isColon)
        {
            var word = Inner();
            var value = Value(name);
            var isSet = value is not null && (!isColon || value.Length > 0);
            return operation switch
            {
                '+' => isSet ? word : "",
                '-' => isSet ? value! : word,
                _ => isSet ? value! : throw new FormatException($"{name}: {(word.Length > 0 ? word : isColon ? "is not allowed to be empty" : "is not allowed to be unset")}"),
            };
        }

        private string Trimmed(string name, char operation)
        {
            var isLongest = at < text.Length && text[at] == operation;
            at += isLongest ? 1 : 0;
            var pattern = new ShellPattern(Raw('}'));
            at++;
            var value = Value(name) ?? "";
            return operation == '#' ? pattern.TrimStart(value, isLongest) : pattern.TrimEnd(value, isLongest);
        }

        private string Replaced(string name)
        {
            var all = at < text.Length && text[at] == '/';
            at += all ? 1 : 0;
            var pattern = new ShellPattern(Raw('/'));
            at++;
            var replacement = Inner();
            return pattern.Replace(Value(name) ?? "", replacement, all);
        }

        /// <summary>The text up to an unescaped character, which is not taken.</summary>
        private string Raw(char end)
        {
            var raw = new StringBuilder();
            while (at < text.Length && text[at] != end)
            {
                if (text[at] == escape && at + 1 < text.Length)
                {
                    raw.Append('\\').Append(text[at + 1]);
                    at += 2;
                }
                else
                {
                    raw.Append(text[at++]);
                }
            }

            return at < text.Length ? raw.ToString() : throw new FormatException($"syntax error: missing '{end}' in substitution");
        }

        /// <summary>The word of a substitution, variables in it replaced, up to the closing brace.</summary>
        private string Inner()
        {
            var inner = new Reader(text, escape, lookup) { at = at, Used = Used, Unset = Unset };
            inner.ReadTo('}', quoted: false);
            if (inner.at >= text.Length)
            {
                throw new FormatException("syntax error: missing '}' in substitution");
            }

            at = inner.at + 1;
            return inner.Text;
        }
    }
}
