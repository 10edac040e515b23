using Gantry.Cli.Hcl.Expressions;

namespace Gantry.Cli.Hcl;

/// <summary>A function's arguments, each of which is computed when it is asked for.</summary>
internal sealed class HclCall(string name, HclPlace place, IReadOnlyList<HclExpression> arguments, IReadOnlyList<HclValue> spread, HclScope scope)
{
    public int Count => arguments.Count + spread.Count;

    public HclScope Scope => scope;

    /// <summary>An argument as it is written; only those that were not spread from a list.</summary>
    public HclExpression Expression(int index) => index < arguments.Count ? arguments[index] : throw Wrong(index, "cannot be spread from a list");

    public HclValue Value(int index) => index < arguments.Count ? arguments[index].Evaluate(scope) : spread[index - arguments.Count];

    public IEnumerable<HclValue> Values(int first = 0) => Enumerable.Range(first, Math.Max(0, Count - first)).Select(Value);

    public string Text(int index) => Value(index) is var value && value.TryText(out var text) ? text : throw Wrong(index, $"must be a string, not {value.Name}");

    public string Text(int index, string otherwise) => index < Count ? Text(index) : otherwise;

    public decimal Number(int index) => Value(index) is var value && value.TryNumber(out var number) ? number : throw Wrong(index, $"must be a number, not {value.Name}");

    public int Integer(int index) => Number(index) is var number && decimal.IsInteger(number) && number is >= int.MinValue and <= int.MaxValue ? (int)number : throw Wrong(index, "must be a whole number");

    public bool Flag(int index) => Value(index) is var value && value.TryBoolean(out var flag) ? flag : throw Wrong(index, $"must be true or false, not {value.Name}");

    public IReadOnlyList<HclValue> List(int index) => Value(index) is { Kind: HclKind.List } list ? list.Items : throw Wrong(index, $"must be a list, not {Value(index).Name}");

    public IReadOnlyDictionary<string, HclValue> Map(int index) => Value(index) is { Kind: HclKind.Map } map ? map.Members : throw Wrong(index, $"must be an object, not {Value(index).Name}");

    public List<string> Texts(int index) => [.. List(index).Select(item => item.TryText(out var text) ? text : throw Wrong(index, $"must be a list of strings, and has {item.Name} in it"))];

    /// <summary>What is wrong with an argument.</summary>
    public HclException Wrong(int index, string reason) => new(index < arguments.Count ? arguments[index].Place : place, $"argument {index + 1} of {name} {reason}");

    /// <summary>What is wrong with the call.</summary>
    public HclException Failed(string reason) => new(place, $"{name}: {reason}");
}
