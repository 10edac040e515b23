namespace Gantry.Cli.Hcl.Syntax;

/// <summary>Tokens one after another. The ends of lines are left out between brackets, where they mean nothing.</summary>
internal sealed class HclTokens(HclScanner scanner)
{
    private readonly Stack<bool> _joinsLines = new([false]);
    private HclToken? _next;

    /// <summary>For what is read of characters, after a token was taken.</summary>
    public HclScanner Scanner => scanner;

    public HclToken Next
    {
        get
        {
            if (_next is { } known) return known;
            var token = scanner.Read();
            while (_joinsLines.Peek() && token.Kind == HclTokenKind.NewLine) token = scanner.Read();
            _next = token;
            return token;
        }
    }

    public HclToken Take()
    {
        var token = Next;
        _next = null;
        return token;
    }

    public bool TryTake(string mark)
    {
        if (!Next.Is(mark)) return false;
        Take();
        return true;
    }

    public HclToken Expect(string mark, string what) => Next.Is(mark) ? Take() : throw Unexpected($"{what} needs {mark}");

    public string ExpectName(string what) => Next.Kind == HclTokenKind.Name ? Take().Text : throw Unexpected($"{what} needs a name");

    public void SkipLines()
    {
        while (Next.Kind == HclTokenKind.NewLine) Take();
    }

    /// <summary>Called with no token looked at ahead: what comes next is read in this way.</summary>
    public void Enter(bool joinsLines) => _joinsLines.Push(joinsLines);

    public void Leave() => _joinsLines.Pop();

    public HclException Unexpected(string wanted) => new(Next.Place, $"{wanted}, not {Next.Shown}");
}
