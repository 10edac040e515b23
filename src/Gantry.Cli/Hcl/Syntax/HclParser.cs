using Gantry.Cli.Hcl.Expressions;

namespace Gantry.Cli.Hcl.Syntax;

/// <summary>A file to its attributes and blocks (HCL native syntax, structural elements).</summary>
internal sealed class HclParser
{
    private readonly HclTokens _tokens;
    private readonly HclExpressionParser _expressions;

    private HclParser(string file, string source)
    {
        _tokens = new(new(file, source));
        _expressions = new(_tokens);
    }

    /// <param name="file">Its name in messages.</param>
    /// <exception cref="HclException">The text is not HCL.</exception>
    public static HclBody Parse(string file, string source)
    {
        var parser = new HclParser(file, source);
        var body = parser.ReadBody();
        return parser._tokens.Next.Kind == HclTokenKind.End ? body : throw parser._tokens.Unexpected("an argument or a block must begin here");
    }

    /// <summary>An expression alone, as JSON files have types of variables.</summary>
    public static HclExpression ParseExpression(HclPlace place, string source)
    {
        var parser = new HclParser(place.File, source);
        var expression = parser._expressions.Read();
        parser._tokens.SkipLines();
        return parser._tokens.Next.Kind == HclTokenKind.End ? expression : throw new HclException(place, $"{source} is more than one expression");
    }

    private HclBody ReadBody()
    {
        var attributes = new List<HclAttribute>();
        var blocks = new List<HclBlock>();
        for (_tokens.SkipLines(); _tokens.Next.Kind == HclTokenKind.Name; _tokens.SkipLines())
        {
            ReadItem(attributes, blocks);
            if (_tokens.Next.Kind != HclTokenKind.NewLine && _tokens.Next.Kind != HclTokenKind.End) throw _tokens.Unexpected("a new line is needed");
        }

        return new(attributes, blocks);
    }

    private void ReadItem(List<HclAttribute> attributes, List<HclBlock> blocks)
    {
        var name = _tokens.Take();
        if (_tokens.TryTake("="))
        {
            if (attributes.Exists(known => known.Name == name.Text)) throw new HclException(name.Place, $"the argument {name.Text} is set twice");
            attributes.Add(new(name.Text, _expressions.Read(), name.Place));
            return;
        }

        var labels = new List<string>();
        while (!_tokens.Next.Is("{"))
        {
            if (_tokens.Next.Kind is not (HclTokenKind.Name or HclTokenKind.Quote)) throw _tokens.Unexpected($"after {name.Text} comes = and a value, or labels and {{");
            labels.Add(ReadLabel());
        }

        _tokens.Take();
        blocks.Add(new(name.Text, labels, ReadBlock(), name.Place));
    }

    private string ReadLabel()
    {
        if (_tokens.Next.Kind == HclTokenKind.Name) return _tokens.Take().Text;
        var place = _tokens.Next.Place;
        return _expressions.ReadQuoted() switch
        {
            TemplateExpression { Parts: [] } => "",
            TemplateExpression { Parts: [LiteralExpression { Value: var value }] } when value.TryText(out var label) => label,
            _ => throw new HclException(place, "a block's label must be a plain string"),
        };
    }

    // On one line there is at most one argument: target "a" { context = "." }
    private HclBody ReadBlock()
    {
        var isOneLine = _tokens.Next.Kind != HclTokenKind.NewLine;
        if (isOneLine && _tokens.Next.Kind == HclTokenKind.Name)
        {
            var attributes = new List<HclAttribute>();
            var blocks = new List<HclBlock>();
            ReadItem(attributes, blocks);
            if (!_tokens.TryTake("}")) throw _tokens.Unexpected("a block that begins on its first line must end on it: } is needed");
            return new(attributes, blocks);
        }

        var body = ReadBody();
        _tokens.Expect("}", "the end of a block");
        return body;
    }
}
