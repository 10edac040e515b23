namespace Gantry.Cli.Hcl.Syntax;

/// <param name="Text">As it is written; of a <see cref="HclTokenKind.Heredoc"/> its lines.</param>
internal readonly record struct HclToken(HclTokenKind Kind, string Text, HclPlace Place)
{
    /// <summary>As messages name it.</summary>
    public string Shown => Kind switch
    {
        HclTokenKind.End => "the end of the file",
        HclTokenKind.NewLine => "the end of the line",
        HclTokenKind.Quote => "a string",
        HclTokenKind.Heredoc => "a heredoc",
        _ => Text,
    };

    public bool Is(string mark) => Kind == HclTokenKind.Mark && Text == mark;

    public bool IsName(string name) => Kind == HclTokenKind.Name && Text == name;
}
