using Gantry.Cli.Hcl.Expressions;

namespace Gantry.Cli.Hcl.Functions;

/// <summary>Functions of lists.</summary>
internal static class ListFunctions
{
    private const int MostNumbers = 1024;

    public static HclFunction? Find(string name) => name switch
    {
        "chunklist" => new(2, 2, call => call.Integer(1) is var size && size >= 0 ? HclValue.Of(call.List(0).Chunk(size == 0 ? int.MaxValue : size).Select(HclValue.Of)) : throw call.Wrong(1, "must not be negative")),
        "coalescelist" => new(1, HclFunction.Any, call => call.Values().FirstOrDefault(list => list.Items.Count > 0) ?? throw call.Failed("all lists are empty")),
        "compact" => new(1, 1, call => HclValue.Of(call.List(0).Where(item => item.TryText(out var text) && text.Length > 0))),
        "concat" => new(1, HclFunction.Any, call => HclValue.Of(Enumerable.Range(0, call.Count).SelectMany(call.List))),
        "contains" => new(2, 2, call => HclValue.Of(call.List(0).Contains(call.Value(1)))),
        "distinct" => new(1, 1, call => HclValue.Of(call.List(0).Distinct())),
        "element" => new(2, 2, call => call.List(0) is { Count: > 0 } list ? list[((call.Integer(1) % list.Count) + list.Count) % list.Count] : throw call.Wrong(0, "must have an element")),
        "flatten" => new(1, 1, call => HclValue.Of(Flat(call.List(0)))),
        "hasindex" => new(2, 2, call => HclValue.Of(HasIndex(call.Value(0), call.Value(1)))),
        "index" => new(2, 2, call => MemberExpression.Of(call.Value(0), call.Value(1), call.Expression(0).Place)),
        "indexof" => new(2, 2, IndexOf),
        "length" => new(1, 1, call => call.Value(0) is { Kind: HclKind.List or HclKind.Map } value ? HclValue.Of(value.Items.Count + value.Members.Count) : throw call.Wrong(0, "must be a list or an object; the length of a string is strlen")),
        "range" => new(1, 3, Range),
        "reverselist" => new(1, 1, call => HclValue.Of(call.List(0).Reverse())),
        "slice" => new(2, 3, Slice),
        "sort" => new(1, 1, call => HclValue.Of(call.Texts(0).Order(StringComparer.Ordinal).Select(HclValue.Of))),
        _ => null,
    };

    private static IEnumerable<HclValue> Flat(IReadOnlyList<HclValue> items) => items.SelectMany(item => item.Kind == HclKind.List ? Flat(item.Items) : [item]);

    private static bool HasIndex(HclValue of, HclValue key) => of.Kind == HclKind.Map
        ? key.TryText(out var name) && of.Members.ContainsKey(name)
        : key.TryNumber(out var number) && decimal.IsInteger(number) && number >= 0 && number < of.Items.Count;

    private static HclValue IndexOf(HclCall call)
    {
        var wanted = call.Value(1);
        var at = call.List(0).TakeWhile(item => !item.Equals(wanted)).Count();
        return at < call.List(0).Count ? HclValue.Of(at) : throw call.Failed("the list has no such element");
    }

    private static HclValue Range(HclCall call)
    {
        var (start, end) = call.Count == 1 ? (0, call.Number(0)) : (call.Number(0), call.Number(1));
        var step = call.Count == 3 ? call.Number(2) : end < start ? -1 : 1;
        if (step == 0 || (end > start && step < 0) || (end < start && step > 0)) throw call.Failed($"a step of {step} does not lead from {start} to {end}");
        var numbers = new List<HclValue>();
        for (var number = start; step > 0 ? number < end : number > end; number += step)
        {
            if (numbers.Count == MostNumbers) throw call.Failed($"more than {MostNumbers} numbers are asked for");
            numbers.Add(HclValue.Of(number));
        }

        return HclValue.Of(numbers);
    }

    private static HclValue Slice(HclCall call)
    {
        var (list, start) = (call.List(0), call.Integer(1));
        var end = call.Count > 2 ? call.Integer(2) : list.Count;
        return start >= 0 && start <= end && end <= list.Count ? HclValue.Of(list.Take(start..end)) : throw call.Failed($"the list has {list.Count} elements, and not those from {start} to {end}");
    }
}
