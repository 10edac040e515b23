using Gantry.Cli.Hcl.Expressions;

namespace Gantry.Cli.Hcl;

/// <summary>What a value must be: <c>string</c>, <c>number</c>, <c>bool</c>, <c>any</c>, <c>list(…)</c>, <c>set(…)</c>, <c>map(…)</c>, <c>tuple([…])</c> or <c>object({…})</c>.</summary>
internal sealed record HclType
{
    /// <summary>As it is written.</summary>
    public required string Name { get; init; }

    /// <summary>Of the elements of a list, a set or a map.</summary>
    public HclType? Element { get; private init; }

    public IReadOnlyList<HclType> Elements { get; private init; } = [];

    public IReadOnlyDictionary<string, HclType> Members { get; private init; } = new Dictionary<string, HclType>();

    public bool IsList => Name is "list" or "set" or "tuple";

    public bool IsMap => Name is "map" or "object";

    /// <summary>In words.</summary>
    public string Text => Element is null ? Name : $"{Name} of {Element.Text}";

    /// <exception cref="HclException">The expression is no type.</exception>
    public static HclType Read(HclExpression expression) => expression switch
    {
        VariableExpression { Name: "string" or "number" or "bool" or "any" } simple => new() { Name = simple.Name },
        CallExpression { Name: "list" or "set" or "map", Arguments: [var element] } call => new() { Name = call.Name, Element = Read(element) },
        CallExpression { Name: "tuple", Arguments: [ListExpression elements] } => new() { Name = "tuple", Elements = [.. elements.Items.Select(Read)] },
        CallExpression { Name: "object", Arguments: [MapExpression members] } => new() { Name = "object", Members = members.Members.ToDictionary(member => MapExpression.KeyOf(((LiteralExpression)member.Key).Value, member.Key.Place), member => Read(member.Value)) },
        _ => throw new HclException(expression.Place, "a type must be string, number, bool, any, list(…), set(…), map(…), tuple([…]) or object({…})"),
    };

    /// <summary>The value as it is of this type.</summary>
    /// <exception cref="FormatException">It cannot be; the message says why.</exception>
    public HclValue Convert(HclValue value)
    {
        if (value.IsNull) return value;
        return Name switch
        {
            "any" => value,
            "string" => value.TryText(out var text) ? HclValue.Of(text) : throw Wrong(value),
            "number" => value.TryNumber(out var number) ? HclValue.Of(number) : throw Wrong(value),
            "bool" => value.TryBoolean(out var flag) ? HclValue.Of(flag) : throw Wrong(value),
            "list" when value.Kind == HclKind.List => HclValue.Of(value.Items.Select(Element!.Convert)),
            "set" when value.Kind == HclKind.List => HclValue.SetOf(value.Items.Select(Element!.Convert)),
            "tuple" when value.Kind == HclKind.List && value.Items.Count == Elements.Count => HclValue.Of(value.Items.Zip(Elements, (item, type) => type.Convert(item))),
            "map" when value.Kind == HclKind.Map => HclValue.Of(value.Members.Select(member => KeyValuePair.Create(member.Key, Element!.Convert(member.Value)))),
            "object" when value.Kind == HclKind.Map && Members.Keys.All(value.Members.ContainsKey) => HclValue.Of(Members.Select(member => KeyValuePair.Create(member.Key, member.Value.Convert(value.Members[member.Key])))),
            _ => throw Wrong(value),
        };
    }

    private FormatException Wrong(HclValue value) => new($"{(value.TryText(out var text) ? $"the value {text}" : value.Name)} is no {Text}");
}
