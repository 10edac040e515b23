using Gantry.Spec;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Containers;

/// <summary>linux.personality as personality(2) takes it.</summary>
internal static class Personality
{
    public static uint Of(PersonalitySpec personality)
    {
        const uint linux32 = 8;
        if (personality.Flags is { Count: > 0 } flags)
        {
            throw new InvalidArgumentException($"linux.personality.flags: {flags[0]} is not known: the specification has none yet");
        }

        return personality.Domain switch
        {
            "LINUX" => 0,
            "LINUX32" => linux32,
            var other => throw new InvalidArgumentException($"linux.personality.domain: {other} is neither LINUX nor LINUX32"),
        };
    }
}
