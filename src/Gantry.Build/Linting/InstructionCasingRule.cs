using Gantry.Build.Dockerfile;

namespace Gantry.Build.Linting;

/// <summary>Keywords are all in capitals, or all in small letters: as most of them are.</summary>
internal static class InstructionCasingRule
{
    private static readonly LintRule ConsistentInstructionCasing = new("ConsistentInstructionCasing", "All commands within the Dockerfile should use the same casing (either upper or lower)");

    /// <summary>ARG before the first FROM does not count, as in BuildKit.</summary>
    public static void Check(DockerfileDocument document, LintFindings findings)
    {
        var instructions = document.Instructions.Skip(document.GlobalArgs.Count).ToList();
        var isLower = instructions.Count(instruction => Casing.IsLower(instruction.Written)) > instructions.Count(instruction => Casing.IsUpper(instruction.Written));
        foreach (var instruction in instructions.Where(instruction => !(isLower ? Casing.IsLower(instruction.Written) : Casing.IsUpper(instruction.Written))))
        {
            findings.Add(ConsistentInstructionCasing, instruction, $"Command '{instruction.Written}' should match the case of the command majority ({(isLower ? "lowercase" : "uppercase")})");
        }
    }
}
