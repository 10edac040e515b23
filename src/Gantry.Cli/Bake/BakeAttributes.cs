using Gantry.Cli.Hcl;
using Gantry.Cli.Hcl.Syntax;

namespace Gantry.Cli.Bake;

/// <summary>The arguments of a block as what they must be. Null stands for one that is not there, or is null.</summary>
internal sealed class BakeAttributes(HclBody body, HclScope scope)
{
    public IEnumerable<HclAttribute> All => body.Attributes;

    public string? Text(string name) => Value(name) is not { } value ? null : value.TryText(out var text) ? text : throw Wrong(name, "a string", value);

    public bool? Flag(string name) => Value(name) is not { } value ? null : value.TryBoolean(out var flag) ? flag : throw Wrong(name, "true or false", value);

    public IReadOnlyList<string>? Texts(string name) => Items(name)?.Select(item => item.TryText(out var text) ? text : throw Wrong(name, "a list of strings", item)).ToList();

    /// <summary>Members that are null are left out.</summary>
    public IReadOnlyDictionary<string, string> Map(string name)
    {
        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (Value(name) is not { } value) return map;
        if (value.Kind != HclKind.Map) throw Wrong(name, "an object", value);
        foreach (var (key, member) in value.Members.Where(member => !member.Value.IsNull))
        {
            map[key] = member.TryText(out var text) ? text : throw new HclException(PlaceOf(name), $"{name} must be an object of strings, and {key} is {member.Name}");
        }

        return map;
    }

    /// <summary>Items that are written as a string or as an object.</summary>
    public IReadOnlyList<T>? List<T>(string name, Func<string, IEnumerable<T>> ofText, Func<HclValue, HclPlace, T> ofMap)
    {
        try
        {
            return Items(name)?.SelectMany(item => item.TryText(out var text) ? ofText(text) : item.Kind == HclKind.Map ? [ofMap(item, PlaceOf(name))] : throw Wrong(name, "a list of strings or objects", item)).ToList();
        }
        catch (BakeException e)
        {
            throw new HclException(PlaceOf(name), e.Message);
        }
    }

    private IReadOnlyList<HclValue>? Items(string name) => Value(name) is not { } value ? null : value.Kind == HclKind.List ? value.Items : throw Wrong(name, "a list", value);

    private HclValue? Value(string name) => body.Find(name)?.Expression.Evaluate(scope) is { IsNull: false } value ? value : null;

    private HclPlace PlaceOf(string name) => body.Find(name)!.Place;

    private HclException Wrong(string name, string wanted, HclValue value) => new(PlaceOf(name), $"{name} must be {wanted}, not {value.Name}");
}
