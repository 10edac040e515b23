namespace Gantry.Cli.Hcl.Expressions;

/// <summary><c>name(a, b)</c>, and <c>name(a, list...)</c>.</summary>
internal sealed class CallExpression(HclPlace place, string name, IReadOnlyList<HclExpression> arguments, HclExpression? spread) : HclExpression(place)
{
    public string Name => name;

    public IReadOnlyList<HclExpression> Arguments => arguments;

    public override HclValue Evaluate(HclScope scope)
    {
        var function = scope.Function(name) ?? throw Wrong($"there is no function named {name}");
        var last = spread?.Evaluate(scope);
        if (last is not null and not { Kind: HclKind.List }) throw new HclException(spread!.Place, $"what ... follows must be a list, not {last.Name}");
        var call = new HclCall(name, Place, arguments, last?.Items ?? [], scope);
        if (call.Count < function.Minimum || call.Count > function.Maximum)
        {
            var wanted = function.Minimum == function.Maximum ? $"{function.Minimum}" : function.Maximum == HclFunction.Any ? $"at least {function.Minimum}" : $"{function.Minimum} to {function.Maximum}";
            throw Wrong($"{name} takes {wanted} argument{(wanted == "1" || wanted.EndsWith(" 1", StringComparison.Ordinal) ? "" : "s")}, and gets {call.Count}");
        }

        return function.Run(call);
    }
}
