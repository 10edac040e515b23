namespace Gantry.Cli.Hcl.Expressions;

/// <summary>A variable by its name.</summary>
internal sealed class VariableExpression(HclPlace place, string name) : HclExpression(place)
{
    public string Name => name;

    public override HclValue Evaluate(HclScope scope) => Evaluate(scope, []);

    /// <param name="scope">Where it is looked for.</param>
    /// <param name="path">What of it is wanted.</param>
    public HclValue Evaluate(HclScope scope, IReadOnlyList<string> path) => scope.Variable(name, path) ?? throw Wrong($"there is no variable named {name}; declare it with variable \"{name}\" {{}}");
}

/// <summary><c>source.name</c>.</summary>
internal sealed class MemberExpression(HclPlace place, HclExpression source, string name) : HclExpression(place)
{
    private HclExpression Source => source;

    private string Name => name;

    public override HclValue Evaluate(HclScope scope)
    {
        var path = new Stack<MemberExpression>();
        HclExpression root = this;
        for (; root is MemberExpression member; root = member.Source) path.Push(member);
        var value = root is VariableExpression variable ? variable.Evaluate(scope, [.. path.Select(member => member.Name)]) : root.Evaluate(scope);
        return path.Aggregate(value, (of, member) => Of(of, HclValue.Of(member.Name), member.Place));
    }

    /// <summary>The element of a list or the member of an object.</summary>
    public static HclValue Of(HclValue source, HclValue key, HclPlace place)
    {
        switch (source.Kind)
        {
            case HclKind.List when key.TryNumber(out var number):
                return decimal.IsInteger(number) && number >= 0 && number < source.Items.Count ? source.Items[(int)number] : throw new HclException(place, $"the list has no element {number}, it has {source.Items.Count}");
            case HclKind.Map when key.TryText(out var text):
                return source.Members.TryGetValue(text, out var member) ? member : throw new HclException(place, $"the object has no member {text}");
            default:
                throw new HclException(place, key.TryText(out var wanted) ? $"{source.Name} has no member {wanted}" : $"{source.Name} has no member that {key.Name} names");
        }
    }
}

/// <summary><c>source[key]</c>.</summary>
internal sealed class IndexExpression(HclPlace place, HclExpression source, HclExpression key) : HclExpression(place)
{
    public override HclValue Evaluate(HclScope scope)
    {
        var wanted = key.Evaluate(scope);
        var value = source is VariableExpression variable && wanted.TryText(out var name) ? variable.Evaluate(scope, [name]) : source.Evaluate(scope);
        return MemberExpression.Of(value, wanted, Place);
    }
}

/// <summary><c>source[*].a.b</c> and <c>source.*.a</c>: what follows, of each element.</summary>
/// <param name="place">Where it begins.</param>
/// <param name="source">A list; anything else is the only element, and null is none.</param>
/// <param name="of">Makes what follows, of one element.</param>
internal sealed class SplatExpression(HclPlace place, HclExpression source, Func<HclExpression, HclExpression> of) : HclExpression(place)
{
    public override HclValue Evaluate(HclScope scope)
    {
        var value = source.Evaluate(scope);
        var elements = value.Kind switch
        {
            HclKind.List => value.Items,
            HclKind.Null => [],
            _ => [value],
        };
        return HclValue.Of(elements.Select(element => of(new LiteralExpression(Place, element)).Evaluate(scope)));
    }
}
