using Gantry.Spec;

namespace Gantry.Server.Building;

/// <summary>What is true or false among the options of an output or a cache, in the words that Go takes for that.</summary>
internal static class OptionFlag
{
    /// <param name="absent">Where nothing is said.</param>
    public static bool Of(IReadOnlyDictionary<string, string> attributes, string name, bool absent) => attributes.GetValueOrDefault(name) switch
    {
        null => absent,
        "" or "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        var other => throw new InvalidArgumentException($"invalid value \"{other}\" of {name}: it must be true or false"),
    };
}
