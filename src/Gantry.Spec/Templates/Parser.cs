using System.Globalization;

namespace Gantry.Spec.Templates;

/// <summary>Builds the tree of a template (https://pkg.go.dev/text/template).</summary>
internal sealed class Parser(string name, string source)
{
    private readonly List<Token> _tokens = new Lexer(name, source).Run();
    private readonly HashSet<string> _variables = ["$"];
    private int _at;

    public Dictionary<string, List<Node>> Definitions { get; } = [];

    public List<Node> Parse()
    {
        var nodes = List(out var end);
        return end is null ? nodes : throw Error($"unexpected {{{{{end}}}}}");
    }

    private List<Node> List(out string? end)
    {
        var nodes = new List<Node>();
        while (true)
        {
            var token = Take();
            switch (token.Kind)
            {
                case TokenKind.End:
                    end = null;
                    return nodes;
                case TokenKind.Text:
                    nodes.Add(new TextNode(token.Position, token.Text));
                    break;
                default:
                    SkipSpace();
                    if (Current.Kind == TokenKind.Identifier && Current.Text is "end" or "else")
                    {
                        end = Take().Text;
                        return nodes;
                    }

                    if (Action() is { } node) nodes.Add(node);
                    break;
            }
        }
    }

    private Node? Action()
    {
        var keyword = Current;
        if (keyword.Kind != TokenKind.Identifier) return Printed();
        switch (keyword.Text)
        {
            case "if" or "with" or "range":
                _at++;
                return Branch(keyword);
            case "break" or "continue":
                _at++;
                Close(keyword.Text);
                return new JumpNode(keyword.Position, keyword.Text);
            case "define" or "block":
                _at++;
                return Define(keyword);
            case "template":
                _at++;
                SkipSpace();
                var called = Expect(TokenKind.String, "template clause");
                SkipSpace();
                if (Current.Kind != TokenKind.Close) return new TemplateNode(keyword.Position, called.Text, ClosedPipeline("template clause"));
                _at++;
                return new TemplateNode(keyword.Position, called.Text, null);
            default:
                return Printed();
        }
    }

    private ActionNode Printed()
    {
        var pipeline = ClosedPipeline("command");
        return new ActionNode(pipeline.Position, pipeline);
    }

    private Pipeline ClosedPipeline(string context)
    {
        var pipeline = Pipeline(context, TokenKind.Close);
        _at++;
        return pipeline;
    }

    private BranchNode Branch(Token keyword)
    {
        var pipeline = ClosedPipeline(keyword.Text);
        var body = List(out var end);
        if (end is null) throw Error("unexpected EOF");
        List<Node>? otherwise = null;
        if (end == "else")
        {
            SkipSpace();
            if (Current is { Kind: TokenKind.Identifier, Text: "if" or "with" } chained)
            {
                _at++;
                return new BranchNode(keyword.Position, keyword.Text, pipeline, body, [Branch(chained)]);
            }

            Close("else");
            otherwise = List(out end);
            if (end != "end") throw Error(end is null ? "unexpected EOF" : "expected end; found {{else}}");
        }

        Close("end");
        return new BranchNode(keyword.Position, keyword.Text, pipeline, body, otherwise);
    }

    private TemplateNode? Define(Token keyword)
    {
        SkipSpace();
        var defined = Expect(TokenKind.String, $"{keyword.Text} clause").Text;
        Pipeline? argument = null;
        if (keyword.Text == "block") argument = ClosedPipeline("block clause");
        else Close("define clause");
        Definitions[defined] = List(out var end);
        if (end != "end") throw Error("unexpected EOF");
        Close("end");
        return argument is null ? null : new TemplateNode(keyword.Position, defined, argument);
    }

    private Pipeline Pipeline(string context, TokenKind closing)
    {
        SkipSpace();
        var start = Current.Position;
        var (variables, declares) = Variables(context);
        var commands = new List<List<Node>>();
        while (true)
        {
            SkipSpace();
            var command = new List<Node>();
            while (Current.Kind is not (TokenKind.Pipe or TokenKind.Close or TokenKind.RightParen or TokenKind.End))
            {
                command.Add(Operand(context));
                if (Current.Kind is not (TokenKind.Space or TokenKind.Pipe or TokenKind.Close or TokenKind.RightParen)) throw Unexpected("operand");
                SkipSpace();
            }

            if (command.Count == 0) throw commands.Count == 0 && Current.Kind == closing ? Error($"missing value for {context}") : Unexpected(context);
            if (commands.Count > 0 && command[0] is LiteralNode or DotNode) throw Error($"non executable command in pipeline stage {commands.Count + 1}");
            commands.Add(command);
            if (Current.Kind == closing) return new Pipeline(start, source[start..Current.Position].TrimEnd(), variables, declares, commands);
            if (Current.Kind != TokenKind.Pipe) throw Unexpected(context);
            _at++;
        }
    }

    // $x := …   $x = …   $i, $e := …
    private (List<string> Names, bool Declares) Variables(string context)
    {
        var names = new List<string>();
        var start = _at;
        while (Current.Kind == TokenKind.Variable)
        {
            names.Add(Take().Text);
            SkipSpace();
            if (Current.Kind is TokenKind.Declare or TokenKind.Assign)
            {
                var declares = Take().Kind == TokenKind.Declare;
                if (declares) _variables.UnionWith(names);
                return (names, declares);
            }

            if (Current.Kind != TokenKind.Comma || context != "range") break;
            _at++;
            SkipSpace();
        }

        _at = start;
        return ([], false);
    }

    private Node Operand(string context)
    {
        var token = Take();
        Node node = token.Kind switch
        {
            TokenKind.String => new LiteralNode(token.Position, GoText.Quote(token.Text), token.Text),
            TokenKind.Character => new LiteralNode(token.Position, token.Text, (long)char.ConvertToUtf32(token.Text, 0)),
            TokenKind.Number => Number(token),
            TokenKind.Dot => new DotNode(token.Position),
            TokenKind.Variable => new VariableNode(token.Position, _variables.Contains(token.Text) ? token.Text : throw Error($"undefined variable {GoText.Quote(token.Text)}")),
            TokenKind.Field => new FieldNode(token.Position, token.Text, null, [token.Text[1..]]),
            TokenKind.Identifier => token.Text switch
            {
                "true" => new LiteralNode(token.Position, "true", true),
                "false" => new LiteralNode(token.Position, "false", false),
                "nil" => new LiteralNode(token.Position, "nil", null),
                _ => new FunctionNode(token.Position, Functions.Exists(token.Text) ? token.Text : throw Error($"function {GoText.Quote(token.Text)} not defined")),
            },
            TokenKind.LeftParen => Parenthesised(),
            _ => throw UnexpectedToken(token, context),
        };
        while (Current.Kind == TokenKind.Field)
        {
            var field = Take();
            node = node is FieldNode chain
                ? chain with { Position = chain.Names.Count == 1 ? field.Position : chain.Position, Source = chain.Source + field.Text, Names = [.. chain.Names, field.Text[1..]] }
                : new FieldNode(node.Position, node.Source + field.Text, node, [field.Text[1..]]);
        }

        return node;
    }

    private Pipeline Parenthesised()
    {
        var inner = Pipeline("parenthesized pipeline", TokenKind.RightParen);
        _at++;
        return inner;
    }

    private LiteralNode Number(Token token)
    {
        if (long.TryParse(token.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return new LiteralNode(token.Position, token.Text, whole);
        if (token.Text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && long.TryParse(token.Text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out whole)) return new LiteralNode(token.Position, token.Text, whole);
        if (double.TryParse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real)) return new LiteralNode(token.Position, token.Text, real);
        throw Error($"bad number syntax: {GoText.Quote(token.Text)}");
    }

    private Token Current => _tokens[_at];

    private Token Take() => _tokens[_at] is { Kind: not TokenKind.End } token ? (++_at, token).token : _tokens[_at];

    private void SkipSpace()
    {
        while (Current.Kind == TokenKind.Space) _at++;
    }

    private Token Expect(TokenKind kind, string context) => Current.Kind == kind ? Take() : throw Unexpected(context);

    private void Close(string context)
    {
        SkipSpace();
        Expect(TokenKind.Close, context);
    }

    private TemplateException Unexpected(string context) => UnexpectedToken(Current, context);

    private TemplateException UnexpectedToken(Token token, string context) => Error(token.Kind == TokenKind.End ? "unexpected EOF" : $"unexpected <{token.Text}> in {context}");

    private TemplateException Error(string what) =>
        new($"template: {name}:{1 + source.AsSpan(0, Math.Min(source.Length, _tokens[Math.Max(0, _at - 1)].Position)).Count('\n')}: {what}");
}
