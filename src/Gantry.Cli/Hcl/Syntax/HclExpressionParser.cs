using System.Globalization;
using Gantry.Cli.Hcl.Expressions;

namespace Gantry.Cli.Hcl.Syntax;

/// <summary>Expressions, from what binds least to what binds most (HCL native syntax, expressions).</summary>
internal sealed class HclExpressionParser(HclTokens tokens)
{
    private static readonly string[][] Levels = [["||"], ["&&"], ["==", "!="], ["<", ">", "<=", ">="], ["+", "-"], ["*", "/", "%"]];

    public HclExpression Read()
    {
        var condition = ReadLevel(0);
        if (!tokens.TryTake("?")) return condition;
        var one = Read();
        tokens.Expect(":", "a condition's other value");
        return new ConditionalExpression(condition.Place, condition, one, Read());
    }

    /// <summary>A string, from its first quote on.</summary>
    public TemplateExpression ReadQuoted()
    {
        var place = tokens.Take().Place;
        return new HclTemplateParser(tokens.Scanner, place).ReadQuoted();
    }

    private HclExpression ReadLevel(int level)
    {
        if (level == Levels.Length) return ReadUnary();
        var left = ReadLevel(level + 1);
        while (tokens.Next.Kind == HclTokenKind.Mark && Array.IndexOf(Levels[level], tokens.Next.Text) >= 0)
        {
            var mark = tokens.Take();
            left = new BinaryExpression(mark.Place, mark.Text, left, ReadLevel(level + 1));
        }

        return left;
    }

    private HclExpression ReadUnary()
    {
        if (!tokens.Next.Is("-") && !tokens.Next.Is("!")) return ReadSuffixes(ReadTerm());
        var mark = tokens.Take();
        return new UnaryExpression(mark.Place, mark.Text, ReadUnary());
    }

    private HclExpression ReadTerm()
    {
        var token = tokens.Next;
        switch (token.Kind)
        {
            case HclTokenKind.Number:
                tokens.Take();
                return new LiteralExpression(token.Place, HclValue.Of(decimal.TryParse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw new HclException(token.Place, $"{token.Text} has more digits than a number can have here")));
            case HclTokenKind.Quote:
                return ReadQuoted();
            case HclTokenKind.Heredoc:
                tokens.Take();
                return HclTemplateParser.Parse(token.Place with { Line = token.Place.Line + 1 }, token.Text);
            case HclTokenKind.Name:
                return ReadNamed();
            case HclTokenKind.Mark when token.Text == "(":
                return ReadParentheses();
            case HclTokenKind.Mark when token.Text == "[":
                return ReadBrackets();
            case HclTokenKind.Mark when token.Text == "{":
                return ReadBraces();
            default:
                throw tokens.Unexpected("a value is needed");
        }
    }

    private HclExpression ReadNamed()
    {
        var name = tokens.Take();
        if (!tokens.Next.Is("("))
        {
            return name.Text switch
            {
                "true" or "false" => new LiteralExpression(name.Place, HclValue.Of(name.Text == "true")),
                "null" => new LiteralExpression(name.Place, HclValue.Null),
                _ => new VariableExpression(name.Place, name.Text),
            };
        }

        Open(joinsLines: true);
        var arguments = new List<HclExpression>();
        HclExpression? spread = null;
        while (!tokens.Next.Is(")") && spread is null)
        {
            var argument = Read();
            if (tokens.TryTake("...")) spread = argument;
            else arguments.Add(argument);
            if (!tokens.TryTake(",")) break;
        }

        Close(")", $"the call of {name.Text}");
        return new CallExpression(name.Place, name.Text, arguments, spread);
    }

    private HclExpression ReadParentheses()
    {
        Open(joinsLines: true);
        var inner = Read();
        Close(")", "an expression in parentheses");
        return inner;
    }

    private HclExpression ReadBrackets()
    {
        var place = Open(joinsLines: true);
        if (tokens.Next.IsName("for"))
        {
            var made = ReadFor(place, isMap: false);
            Close("]", "a for expression");
            return made;
        }

        var items = new List<HclExpression>();
        while (!tokens.Next.Is("]"))
        {
            items.Add(Read());
            if (!tokens.TryTake(",")) break;
        }

        Close("]", "a list");
        return new ListExpression(place, items);
    }

    private HclExpression ReadBraces()
    {
        var place = Open(joinsLines: false);
        tokens.SkipLines();
        if (tokens.Next.IsName("for"))
        {
            tokens.Enter(joinsLines: true);
            var made = ReadFor(place, isMap: true);
            tokens.Leave();
            tokens.SkipLines();
            Close("}", "a for expression");
            return made;
        }

        var members = new List<KeyValuePair<HclExpression, HclExpression>>();
        while (!tokens.Next.Is("}"))
        {
            members.Add(ReadMember());
            var isSeparated = tokens.Next.Kind == HclTokenKind.NewLine || tokens.Next.Is(",");
            if (tokens.Next.Is(",")) tokens.Take();
            tokens.SkipLines();
            if (!isSeparated && !tokens.Next.Is("}")) throw tokens.Unexpected("after a member of an object comes a comma or a new line");
        }

        Close("}", "an object");
        return new MapExpression(place, members);
    }

    // A bare name is itself; in parentheses it is a variable.
    private KeyValuePair<HclExpression, HclExpression> ReadMember()
    {
        var isParenthesized = tokens.Next.Is("(");
        var key = Read();
        if (!isParenthesized && key is VariableExpression bare) key = new LiteralExpression(bare.Place, HclValue.Of(bare.Name));
        if (!tokens.TryTake("=") && !tokens.TryTake(":")) throw tokens.Unexpected("after a key comes = and its value");
        return new(key, Read());
    }

    private ForExpression ReadFor(HclPlace place, bool isMap)
    {
        tokens.Take();
        var (key, value, source) = ReadForHead();
        tokens.Expect(":", "for");
        var first = Read();
        HclExpression? made = null;
        if (isMap)
        {
            tokens.Expect("=>", "for in braces");
            made = Read();
        }

        var isGrouped = isMap && tokens.TryTake("...");
        HclExpression? condition = null;
        if (tokens.Next.IsName("if"))
        {
            tokens.Take();
            condition = Read();
        }

        return new(place) { KeyName = key, ValueName = value, Source = source, Key = isMap ? first : null, Value = made ?? first, Condition = condition, IsGrouped = isGrouped };
    }

    /// <summary><c>k, v in source</c>.</summary>
    public (string? Key, string Value, HclExpression Source) ReadForHead()
    {
        string? key = null;
        var value = tokens.ExpectName("for");
        if (tokens.TryTake(","))
        {
            key = value;
            value = tokens.ExpectName("for");
        }

        if (!tokens.Next.IsName("in")) throw tokens.Unexpected("for needs in");
        tokens.Take();
        return (key, value, Read());
    }

    private HclExpression ReadSuffixes(HclExpression source)
    {
        while (true)
        {
            if (tokens.Next.Is("."))
            {
                tokens.Take();
                if (tokens.TryTake("*")) return ReadSplat(source, isFull: false);
                source = ReadMemberName(source);
            }
            else if (tokens.Next.Is("["))
            {
                var place = Open(joinsLines: true);
                if (tokens.TryTake("*"))
                {
                    Close("]", "a splat");
                    return ReadSplat(source, isFull: true);
                }

                var key = Read();
                Close("]", "an index");
                source = new IndexExpression(place, source, key);
            }
            else
            {
                return source;
            }
        }
    }

    private HclExpression ReadMemberName(HclExpression source)
    {
        var name = tokens.Next;
        if (name.Kind is not (HclTokenKind.Name or HclTokenKind.Number)) throw tokens.Unexpected("a member's name is needed");
        tokens.Take();
        // a.0.1 comes as the number 0.1.
        return name.Text.Split('.').Aggregate(source, (of, part) => new MemberExpression(name.Place, of, part));
    }

    // [*] takes all that follows, .* only names.
    private SplatExpression ReadSplat(HclExpression source, bool isFull)
    {
        var suffixes = new List<Func<HclExpression, HclExpression>>();
        while (tokens.Next.Is(".") || (isFull && tokens.Next.Is("[")))
        {
            if (tokens.TryTake("."))
            {
                var name = tokens.Next;
                suffixes.Add(of => new MemberExpression(name.Place, of, name.Text));
                tokens.ExpectName("a member");
                continue;
            }

            var place = Open(joinsLines: true);
            var key = Read();
            Close("]", "an index");
            suffixes.Add(of => new IndexExpression(place, of, key));
        }

        return new(source.Place, source, element => suffixes.Aggregate(element, (of, suffix) => suffix(of)));
    }

    private HclPlace Open(bool joinsLines)
    {
        var place = tokens.Take().Place;
        tokens.Enter(joinsLines);
        return place;
    }

    private void Close(string mark, string what)
    {
        tokens.Expect(mark, what);
        tokens.Leave();
    }
}
