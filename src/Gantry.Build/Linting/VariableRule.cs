using Gantry.Build.Dockerfile;
using Gantry.Build.Planning;

namespace Gantry.Build.Linting;

/// <summary>Variables are there before they are used. RUN, CMD and ENTRYPOINT leave them to their shell; those of EXPOSE nobody asks for, as in BuildKit.</summary>
internal static class VariableRule
{
    private static readonly HashSet<string> None = [];
    private static readonly LintRule UndefinedVar = new("UndefinedVar", "Variables should be defined before their use");

    public static void Check(StageLinter stage, Instruction instruction)
    {
        if (instruction is ArgInstruction arg)
        {
            CheckDefaults(stage, arg);
            return;
        }

        foreach (var text in Texts(instruction))
        {
            Report(stage, instruction, stage.Expand(text), None);
        }

        foreach (var content in (instruction as TransferInstruction)?.Contents.Where(content => content.Expand) ?? [])
        {
            Report(stage, instruction, stage.ExpandContent(content.Content), None);
        }
    }

    /// <summary>A default counts only where the client gave no value; it sees the arguments before it in the same instruction.</summary>
    private static void CheckDefaults(StageLinter stage, ArgInstruction instruction)
    {
        var before = new HashSet<string>(StringComparer.Ordinal);
        foreach (var argument in instruction.Arguments)
        {
            if (argument.Default is { } text && stage.Request.Arguments.GetValueOrDefault(argument.Name) is null)
            {
                Report(stage, instruction, stage.Expand(text, before), before);
            }

            before.Add(argument.Name);
        }
    }

    private static void Report(StageLinter stage, Instruction instruction, Expansion expanded, HashSet<string> known)
    {
        foreach (var name in expanded.Unset.Distinct().Where(name => !IsDeclared(stage, name)))
        {
            var suggestion = EditDistance.Nearest(name, stage.Plan.VariableNames.Concat(known)) is { } near ? $" (did you mean ${near}?)" : "";
            stage.Findings.Add(UndefinedVar, instruction, $"Usage of undefined variable '${name}'{suggestion}");
        }
    }

    /// <summary>An ARG may have no value. The two others are BuildKit's own, and no variables.</summary>
    private static bool IsDeclared(StageLinter stage, string name) =>
        ScanTargets.IsArgument(name) || stage.Plan.Arguments.Exists(argument => argument.Key == name);

    private static IEnumerable<string> Texts(Instruction instruction)
    {
        IEnumerable<string?> texts = instruction switch
        {
            EnvInstruction env => env.Pairs.SelectMany(pair => (string[])[pair.Key, pair.Value]),
            LabelInstruction label => label.Pairs.SelectMany(pair => (string[])[pair.Key, pair.Value]),
            TransferInstruction transfer => (string?[])[transfer.Chown, transfer.Chmod, (transfer as AddInstruction)?.Checksum, .. transfer.Sources, transfer.Destination],
            RunInstruction run => run.Mounts.Select(string? (mount) => mount.Text),
            WorkdirInstruction workdir => [workdir.Path],
            UserInstruction user => [user.User],
            VolumeInstruction volume => volume.Paths,
            StopSignalInstruction signal => [signal.Signal],
            _ => [],
        };
        return texts.OfType<string>();
    }
}
