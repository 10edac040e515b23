using Gantry.Spec;

namespace Gantry.Server.Building;

/// <summary>What is true or false among the options of an output or a cache, in the words that Go takes for that.</summary>
internal static class OptionFlag
{
    /// <param name="absent">Where nothing is said.</param>
    public static bool Of(IReadOnlyDictionary<string, string> attributes, string name, bool absent) => attributes.GetValueOrDefault(name) switch
    {
        null => absent,
        "" => true,
        var text when GoBoolean.TryParse(text, out var value) => value,
        var other => throw new InvalidArgumentException($"invalid value \"{other}\" of {name}: it must be true or false"),
    };
}
