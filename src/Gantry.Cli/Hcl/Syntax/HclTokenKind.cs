namespace Gantry.Cli.Hcl.Syntax;

internal enum HclTokenKind
{
    End,
    NewLine,
    Name,
    Number,

    /// <summary>A double quote: a template follows.</summary>
    Quote,

    /// <summary>The head of a text that goes on over lines, to its end.</summary>
    Heredoc,

    /// <summary>An operator, a bracket or a separator.</summary>
    Mark,
}
