using Gantry.Compose.Nodes;

namespace Gantry.Compose.Loading;

/// <summary>Variables for interpolation, and which of them come from environment files.</summary>
internal sealed class Variables() : Dictionary<string, string>(StringComparer.Ordinal)
{
    private readonly Dictionary<string, Origin> places = new(StringComparer.Ordinal);

    /// <summary><c>/app/.env:3:1</c>, <c>environment</c> for the process, or <c>not set</c>.</summary>
    public static string PlaceOf(IReadOnlyDictionary<string, string> variables, string name) =>
        !variables.ContainsKey(name) ? "not set"
        : variables is Variables known && known.places.TryGetValue(name, out var place) ? place.ToString()
        : "environment";

    public void Set(string name, string value, Origin? place)
    {
        this[name] = value;
        if (place is null)
        {
            places.Remove(name);
        }
        else
        {
            places[name] = place;
        }
    }

    /// <summary>Takes over all of the others, which win.</summary>
    public void Add(IReadOnlyDictionary<string, string> others)
    {
        foreach (var (name, value) in others)
        {
            Set(name, value, (others as Variables)?.places.GetValueOrDefault(name));
        }
    }
}
