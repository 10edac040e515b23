namespace Gantry.Build.Attestations;

/// <summary>What an operation of LLB takes, by number.</summary>
internal sealed class LlbInputs
{
    /// <summary>The number of an empty filesystem.</summary>
    public const int Nothing = -1;

    private readonly List<LlbVertex> all = [];

    public IReadOnlyList<LlbVertex> All => all;

    /// <returns>Its number; the same for the same.</returns>
    public int Add(LlbVertex? input)
    {
        if (input is null)
        {
            return Nothing;
        }

        var known = all.IndexOf(input);
        if (known < 0)
        {
            all.Add(input);
        }

        return known < 0 ? all.Count - 1 : known;
    }
}
