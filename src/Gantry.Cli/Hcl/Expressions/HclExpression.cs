namespace Gantry.Cli.Hcl.Expressions;

/// <summary>What a file writes for a value.</summary>
internal abstract class HclExpression(HclPlace place)
{
    public HclPlace Place => place;

    /// <exception cref="HclException">It has no value.</exception>
    public abstract HclValue Evaluate(HclScope scope);

    protected HclException Wrong(string reason) => new(place, reason);
}
