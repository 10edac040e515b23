namespace Gantry.Cli.Hcl.Expressions;

/// <summary><c>-x</c> and <c>!x</c>.</summary>
internal sealed class UnaryExpression(HclPlace place, string mark, HclExpression operand) : HclExpression(place)
{
    public override HclValue Evaluate(HclScope scope)
    {
        var value = operand.Evaluate(scope);
        if (mark == "!") return value.TryBoolean(out var flag) ? HclValue.Of(!flag) : throw Wrong($"! needs true or false, not {value.Name}");
        return value.TryNumber(out var number) ? HclValue.Of(-number) : throw Wrong($"- needs a number, not {value.Name}");
    }
}

/// <summary>Two operands and what is between them.</summary>
internal sealed class BinaryExpression(HclPlace place, string mark, HclExpression left, HclExpression right) : HclExpression(place)
{
    public override HclValue Evaluate(HclScope scope) => mark switch
    {
        "&&" => HclValue.Of(Flag(left, scope) & Flag(right, scope)),
        "||" => HclValue.Of(Flag(left, scope) | Flag(right, scope)),
        "==" => HclValue.Of(left.Evaluate(scope).Equals(right.Evaluate(scope))),
        "!=" => HclValue.Of(!left.Evaluate(scope).Equals(right.Evaluate(scope))),
        "<" => HclValue.Of(Number(left, scope) < Number(right, scope)),
        ">" => HclValue.Of(Number(left, scope) > Number(right, scope)),
        "<=" => HclValue.Of(Number(left, scope) <= Number(right, scope)),
        ">=" => HclValue.Of(Number(left, scope) >= Number(right, scope)),
        _ => HclValue.Of(Compute(Number(left, scope), Number(right, scope))),
    };

    private decimal Compute(decimal one, decimal other)
    {
        try
        {
            return mark switch
            {
                "+" => one + other,
                "-" => one - other,
                "*" => one * other,
                "/" => one / other,
                _ => one % other,
            };
        }
        catch (DivideByZeroException)
        {
            throw Wrong("a number cannot be divided by zero");
        }
        catch (OverflowException)
        {
            throw Wrong($"the result of {mark} has more digits than a number can have here");
        }
    }

    private bool Flag(HclExpression operand, HclScope scope) => operand.Evaluate(scope) is var value && value.TryBoolean(out var flag) ? flag : throw new HclException(operand.Place, $"{mark} needs true or false, not {value.Name}");

    private decimal Number(HclExpression operand, HclScope scope) => operand.Evaluate(scope) is var value && value.TryNumber(out var number) ? number : throw new HclException(operand.Place, $"{mark} needs a number, not {value.Name}");
}

/// <summary><c>condition ? one : other</c>.</summary>
internal sealed class ConditionalExpression(HclPlace place, HclExpression condition, HclExpression one, HclExpression other) : HclExpression(place)
{
    public override HclValue Evaluate(HclScope scope)
    {
        var value = condition.Evaluate(scope);
        return value.TryBoolean(out var flag) ? (flag ? one : other).Evaluate(scope) : throw new HclException(condition.Place, $"a condition must be true or false, not {value.Name}");
    }
}
