namespace Gantry.Cli.Hcl.Expressions;

/// <summary><c>[a, b]</c>.</summary>
internal sealed class ListExpression(HclPlace place, IReadOnlyList<HclExpression> items) : HclExpression(place)
{
    public IReadOnlyList<HclExpression> Items => items;

    public override HclValue Evaluate(HclScope scope) => HclValue.Of(items.Select(item => item.Evaluate(scope)));
}

/// <summary><c>{ a = 1, (b) = 2 }</c>.</summary>
internal sealed class MapExpression(HclPlace place, IReadOnlyList<KeyValuePair<HclExpression, HclExpression>> members) : HclExpression(place)
{
    public IReadOnlyList<KeyValuePair<HclExpression, HclExpression>> Members => members;

    public override HclValue Evaluate(HclScope scope) => HclValue.Of(members.Select(member => KeyValuePair.Create(KeyOf(member.Key.Evaluate(scope), member.Key.Place), member.Value.Evaluate(scope))));

    public static string KeyOf(HclValue key, HclPlace place) => key.TryText(out var text) ? text : throw new HclException(place, $"the key of an object must be a string, not {key.Name}");
}

/// <summary><c>[for k, v in source : value if condition]</c>, and with <c>key => value</c> in braces.</summary>
internal sealed class ForExpression(HclPlace place) : HclExpression(place)
{
    public required string? KeyName { get; init; }

    public required string ValueName { get; init; }

    public required HclExpression Source { get; init; }

    /// <summary>Null in brackets: a list is made.</summary>
    public required HclExpression? Key { get; init; }

    public required HclExpression Value { get; init; }

    public required HclExpression? Condition { get; init; }

    /// <summary><c>...</c>: the values of a key are a list.</summary>
    public required bool IsGrouped { get; init; }

    public override HclValue Evaluate(HclScope scope)
    {
        var items = new List<HclValue>();
        var members = new Dictionary<string, List<HclValue>>(StringComparer.Ordinal);
        foreach (var round in Rounds(Source, KeyName, ValueName, scope))
        {
            if (Condition is not null && !IsWanted(Condition, round)) continue;
            var value = Value.Evaluate(round);
            if (Key is null)
            {
                items.Add(value);
                continue;
            }

            var key = MapExpression.KeyOf(Key.Evaluate(round), Key.Place);
            if (!members.TryGetValue(key, out var known)) members[key] = known = [];
            else if (!IsGrouped) throw new HclException(Key.Place, $"the key {key} comes twice; with ... after the value all of a key's values become a list");
            known.Add(value);
        }

        return Key is null ? HclValue.Of(items) : HclValue.Of(members.Select(member => KeyValuePair.Create(member.Key, IsGrouped ? HclValue.Of(member.Value) : member.Value[0])));
    }

    /// <summary>A scope for each element of a list or an object.</summary>
    public static IEnumerable<HclScope> Rounds(HclExpression source, string? keyName, string valueName, HclScope scope)
    {
        var value = source.Evaluate(scope);
        var elements = value.Kind switch
        {
            HclKind.List => value.Items.Select((item, index) => (Key: HclValue.Of(index), Value: item)),
            HclKind.Map => value.Members.Select(member => (Key: HclValue.Of(member.Key), member.Value)),
            _ => throw new HclException(source.Place, $"for needs a list or an object, not {value.Name}"),
        };
        foreach (var (key, element) in elements)
        {
            var variables = new Dictionary<string, HclValue>(StringComparer.Ordinal) { [valueName] = element };
            if (keyName is not null) variables[keyName] = key;
            yield return new HclLocalScope(scope, variables);
        }
    }

    private static bool IsWanted(HclExpression condition, HclScope scope)
    {
        var value = condition.Evaluate(scope);
        return value.TryBoolean(out var wanted) ? wanted : throw new HclException(condition.Place, $"a condition must be true or false, not {value.Name}");
    }
}
