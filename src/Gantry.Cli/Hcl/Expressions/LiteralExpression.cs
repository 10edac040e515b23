namespace Gantry.Cli.Hcl.Expressions;

internal sealed class LiteralExpression(HclPlace place, HclValue value) : HclExpression(place)
{
    public HclValue Value => value;

    public override HclValue Evaluate(HclScope scope) => value;
}
