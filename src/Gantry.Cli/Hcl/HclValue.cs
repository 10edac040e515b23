using System.Globalization;

namespace Gantry.Cli.Hcl;

/// <summary>What an expression is worth. Tuples and sets are lists, objects are maps; a map's keys are in ordinal order.</summary>
internal sealed class HclValue : IEquatable<HclValue>
{
    private static readonly IReadOnlyDictionary<string, HclValue> NoMembers = new SortedList<string, HclValue>(StringComparer.Ordinal);
    private readonly string _text = "";
    private readonly decimal _number;

    private HclValue(HclKind kind) => Kind = kind;

    private HclValue(string text)
    {
        Kind = HclKind.Text;
        _text = text;
    }

    private HclValue(decimal number)
    {
        Kind = HclKind.Number;
        _number = number;
    }

    public static HclValue Null { get; } = new(HclKind.Null);

    public static HclValue True { get; } = new(HclKind.Boolean);

    public static HclValue False { get; } = new(HclKind.Boolean);

    public HclKind Kind { get; }

    public bool IsNull => Kind == HclKind.Null;

    /// <summary>Empty for what is no list.</summary>
    public IReadOnlyList<HclValue> Items { get; private init; } = [];

    /// <summary>Empty for what is no map.</summary>
    public IReadOnlyDictionary<string, HclValue> Members { get; private init; } = NoMembers;

    public static HclValue Of(string text) => new(text);

    public static HclValue Of(decimal number) => new(number);

    public static HclValue Of(bool value) => value ? True : False;

    public static HclValue Of(IEnumerable<HclValue> items) => new(HclKind.List) { Items = [.. items] };

    /// <summary>Of two members of a name the last stays.</summary>
    public static HclValue Of(IEnumerable<KeyValuePair<string, HclValue>> members)
    {
        var sorted = new SortedList<string, HclValue>(StringComparer.Ordinal);
        foreach (var (name, value) in members) sorted[name] = value;
        return new(HclKind.Map) { Members = sorted };
    }

    /// <summary>Of each value once, in order of their texts.</summary>
    public static HclValue SetOf(IEnumerable<HclValue> items) => Of(items.Distinct().OrderBy(item => item.Kind).ThenBy(item => item._number).ThenBy(item => item._text, StringComparer.Ordinal));

    /// <summary>Text, and what is written as text: numbers and true and false.</summary>
    public bool TryText(out string text)
    {
        text = Kind switch
        {
            HclKind.Text => _text,
            HclKind.Number => NumberText(_number),
            HclKind.Boolean => ReferenceEquals(this, True) ? "true" : "false",
            _ => "",
        };
        return Kind is HclKind.Text or HclKind.Number or HclKind.Boolean;
    }

    /// <summary>A number, or text that is one.</summary>
    public bool TryNumber(out decimal number)
    {
        number = _number;
        return Kind == HclKind.Number || (Kind == HclKind.Text && decimal.TryParse(_text, NumberStyles.Float, CultureInfo.InvariantCulture, out number));
    }

    /// <summary>True or false, or text that says so.</summary>
    public bool TryBoolean(out bool value)
    {
        value = ReferenceEquals(this, True) || (Kind == HclKind.Text && _text is "true" or "1");
        return Kind == HclKind.Boolean || (Kind == HclKind.Text && _text is "true" or "false" or "1" or "0");
    }

    public bool Equals(HclValue? other) => other is not null && Kind == other.Kind && Kind switch
    {
        HclKind.Null => true,
        HclKind.Text => _text == other._text,
        HclKind.Number => _number == other._number,
        HclKind.Boolean => ReferenceEquals(this, other),
        HclKind.List => Items.SequenceEqual(other.Items),
        _ => Members.SequenceEqual(other.Members),
    };

    public override bool Equals(object? obj) => Equals(obj as HclValue);

    public override int GetHashCode() => HashCode.Combine(Kind, _text, _number, Items.Count, Members.Count);

    /// <summary>What it is called in messages.</summary>
    public string Name => Kind switch
    {
        HclKind.Null => "null",
        HclKind.Text => "a string",
        HclKind.Number => "a number",
        HclKind.Boolean => "a bool",
        HclKind.List => "a list",
        _ => "an object",
    };

    private static string NumberText(decimal number) => number.ToString("0.############################", CultureInfo.InvariantCulture);
}
