using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Streams;

/// <summary>Keys that clients name.</summary>
internal static class TypedKeys
{
    /// <param name="kind">How the error calls them: Docker has two words.</param>
    /// <param name="text">Their names; empty for the usual ones.</param>
    /// <exception cref="InvalidArgumentException">There is no such key.</exception>
    public static DetachKeys Parse(string kind, string text)
    {
        try
        {
            return DetachKeys.Parse(text);
        }
        catch (FormatException e)
        {
            throw new InvalidArgumentException($"Invalid {kind} keys ({text}) provided: there is no key \"{e.Message}\"", e);
        }
    }
}
