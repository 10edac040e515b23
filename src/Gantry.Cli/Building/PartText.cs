using Gantry.Cli.Lists;
using Gantry.Spec.Engine;

namespace Gantry.Cli.Building;

/// <summary>How far a part of a step is, in words.</summary>
internal static class PartText
{
    public static string Of(BuildPart part) => part.Total > 0 ? $"{part.Name} {Units.Size(part.Current)} / {Units.Size(part.Total)}"
        // What is transferred, of which nobody knows how much it will be.
        : part.Name.EndsWith(':') ? $"{part.Name} {Units.Size(part.Current)}"
        : part.Name;
}
