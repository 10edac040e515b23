using Gantry.Spec;

namespace Gantry.Engine.Backends;

/// <summary>The <c>filters</c> query parameter: for each key the values asked for, any of which may match.</summary>
public sealed class Filters(IReadOnlyDictionary<string, IReadOnlyList<string>> values)
{
    public static Filters None { get; } = new(new Dictionary<string, IReadOnlyList<string>>());

    public bool IsEmpty => values.Count == 0;

    public IEnumerable<string> Keys => values.Keys;

    /// <summary>The values of <paramref name="key"/>; empty when it was not given.</summary>
    public IReadOnlyList<string> this[string key] => values.TryGetValue(key, out var list) ? list : [];

    public bool Contains(string key) => values.ContainsKey(key);

    /// <summary>These with one more.</summary>
    public Filters With(string key, string value) =>
        new(new Dictionary<string, IReadOnlyList<string>>(values, StringComparer.Ordinal) { [key] = [.. this[key], value] });

    /// <summary>The truth of a key; null when it was not given.</summary>
    /// <exception cref="InvalidArgumentException">It is neither true nor false.</exception>
    public bool? Flag(string key) => this[key] switch
    {
        [] => null,
        ["true" or "1"] => true,
        ["false" or "0"] => false,
        var other => throw new InvalidArgumentException($"invalid filter '{key}=[{string.Join(' ', other)}]'"),
    };

    /// <exception cref="InvalidArgumentException">A key is not among <paramref name="known"/>.</exception>
    public void RequireKnown(params ReadOnlySpan<string> known)
    {
        foreach (var key in values.Keys)
        {
            if (!known.Contains(key))
            {
                throw new InvalidArgumentException($"invalid filter '{key}'");
            }
        }
    }
}
