using Gantry.Build.Dockerfile;

namespace Gantry.Build.Linting;

/// <summary>CMD, ENTRYPOINT and HEALTHCHECK.</summary>
internal static class CommandRules
{
    private static readonly LintRule JsonArgsRecommended = new("JSONArgsRecommended", "JSON arguments recommended for ENTRYPOINT/CMD to prevent unintended behavior related to OS signals");
    private static readonly LintRule MultipleInstructionsDisallowed = new("MultipleInstructionsDisallowed", "Multiple instructions of the same type should not be used in the same stage");

    public static void Check(StageLinter stage, Instruction instruction)
    {
        // The one before is in vain: it is the place that is told.
        if (stage.Last.TryGetValue(instruction.Keyword, out var before))
        {
            stage.Findings.Add(MultipleInstructionsDisallowed, instruction, $"Multiple {instruction.Written} instructions should not be used in the same stage because only the last one will be used", before.Lines);
        }

        stage.Last[instruction.Keyword] = instruction;
        // Whoever chose a shell wants it.
        if (instruction is CmdInstruction { Command.IsShellForm: true } or EntrypointInstruction { Command.IsShellForm: true } && stage.Plan.Config.Shell is not { Count: > 0 })
        {
            stage.Findings.Add(JsonArgsRecommended, instruction, $"JSON arguments recommended for {instruction.Written} to prevent unintended behavior related to OS signals");
        }
    }
}
