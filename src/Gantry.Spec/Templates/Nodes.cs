namespace Gantry.Spec.Templates;

internal abstract record Node(int Position, string Source);

internal sealed record TextNode(int Position, string Text) : Node(Position, Text);

internal sealed record ActionNode(int Position, Pipeline Pipeline) : Node(Position, Pipeline.Source);

/// <summary>if, with and range: they differ in what makes the body run and what the dot is there.</summary>
internal sealed record BranchNode(int Position, string Keyword, Pipeline Pipeline, List<Node> Body, List<Node>? Else) : Node(Position, Keyword);

internal sealed record JumpNode(int Position, string Keyword) : Node(Position, Keyword);

internal sealed record TemplateNode(int Position, string Name, Pipeline? Argument) : Node(Position, $"template \"{Name}\"");

/// <summary>Commands, each given the value of the one before as its last argument; variables take the last one's.</summary>
internal sealed record Pipeline(int Position, string Source, List<string> Variables, bool Declares, List<List<Node>> Commands) : Node(Position, Source);

internal sealed record LiteralNode(int Position, string Source, object? Value) : Node(Position, Source);

internal sealed record DotNode(int Position) : Node(Position, ".");

internal sealed record VariableNode(int Position, string Name) : Node(Position, Name);

internal sealed record FunctionNode(int Position, string Name) : Node(Position, Name);

/// <summary>A chain of fields: of the dot where there is no subject.</summary>
internal sealed record FieldNode(int Position, string Source, Node? Subject, List<string> Names) : Node(Position, Source);
