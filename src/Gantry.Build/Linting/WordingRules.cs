using Gantry.Build.Dockerfile;

namespace Gantry.Build.Linting;

/// <summary>What can be said of an instruction by itself, without its stage.</summary>
internal static class WordingRules
{
    private static readonly LintRule NoEmptyContinuation = new("NoEmptyContinuation", "Empty continuation lines will become errors in a future release");
    private static readonly LintRule MaintainerDeprecated = new("MaintainerDeprecated", "The MAINTAINER instruction is deprecated, use a label instead to define an image author");

    private static readonly LintRule InvalidDefinitionDescription = new(
        "InvalidDefinitionDescription",
        "Comment for build stage or argument should follow the format: `# <arg/stage name> <description>`. If this is not intended to be a description comment, add an empty line or comment between the instruction and the comment.")
    {
        IsExperimental = true,
    };

    public static void Check(Instruction instruction, LintFindings findings)
    {
        if (instruction.EmptyContinuation is { } line)
        {
            findings.Add(NoEmptyContinuation, instruction, "Empty continuation line", new(line, line));
        }

        switch (instruction)
        {
            case MaintainerInstruction:
                findings.Add(MaintainerDeprecated, instruction, "Maintainer instruction is deprecated in favor of using label");
                break;
            case FromInstruction { StageName: { } name } from:
                CheckDescription(from, "FROM", [name], findings);
                break;
            case ArgInstruction arg:
                CheckDescription(arg, "ARG", [.. arg.Arguments.Select(argument => argument.Name)], findings);
                break;
        }
    }

    private static void CheckDescription(Instruction instruction, string keyword, IReadOnlyList<string> names, LintFindings findings)
    {
        // Only the last line of the comment is held against it.
        if (instruction.Comment is { } comment && !names.Contains(comment.Split('\n')[^1].Split(' ')[0]))
        {
            findings.Add(InvalidDefinitionDescription, instruction, $"Comment for {keyword} should follow the format: `# {(names.Count > 1 ? "<arg_key>" : names[0])} <description>`");
        }
    }
}
