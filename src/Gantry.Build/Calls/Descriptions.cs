using Gantry.Build.Dockerfile;

namespace Gantry.Build.Calls;

/// <summary>What comments say of stages and arguments: a line that begins with the name.</summary>
internal static class Descriptions
{
    public static string? Of(Instruction instruction, string? name)
    {
        var prefix = name + " ";
        return name is { Length: > 0 } ? instruction.Comment?.Split('\n').FirstOrDefault(line => line.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..] : null;
    }
}
