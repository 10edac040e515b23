using Gantry.Build.Steps;

namespace Gantry.Build.Planning;

/// <summary>What of a build is looked through besides its result for the list of what is in the image: arguments of its stages say so (docs of Docker, "SBOM attestations").</summary>
internal static class ScanTargets
{
    private const string ContextArgument = "BUILDKIT_SBOM_SCAN_CONTEXT";
    private const string StageArgument = "BUILDKIT_SBOM_SCAN_STAGE";

    /// <summary>An argument that is only for this: no program gets it.</summary>
    public static bool IsArgument(string name) => name is ContextArgument or StageArgument;

    /// <param name="result">The stage that is built.</param>
    /// <param name="globals">What was declared before all stages.</param>
    /// <returns>By names of their own.</returns>
    public static IReadOnlyDictionary<string, CopySource> Of(StagePlan result, IReadOnlyDictionary<string, string?> globals)
    {
        var targets = new SortedDictionary<string, CopySource>(StringComparer.Ordinal);
        if (IsWanted(result, ContextArgument, globals))
        {
            targets["context"] = new ContextSource(null);
        }

        foreach (var stage in Beneath(result).Where(stage => IsWanted(stage, StageArgument, globals)))
        {
            targets[stage.Stage.From.StageName ?? $"stage-{stage.Stage.Index}"] = new StepSource(stage.Step);
        }

        return targets;
    }

    private static bool IsWanted(StagePlan stage, string argument, IReadOnlyDictionary<string, string?> globals) =>
        (stage.Arguments.LastOrDefault(declared => declared.Key == argument && declared.Value is not null).Value ?? globals.GetValueOrDefault(argument)) switch
        {
            null or "" => false,
            "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
            var names => names.Split(',').Contains(stage.Stage.From.StageName, StringComparer.Ordinal),
        };

    private static IEnumerable<StagePlan> Beneath(StagePlan result)
    {
        var seen = new HashSet<StagePlan> { result };
        var waiting = new Queue<StagePlan>(result.Needs);
        while (waiting.TryDequeue(out var stage))
        {
            if (seen.Add(stage))
            {
                yield return stage;
                stage.Needs.ForEach(waiting.Enqueue);
            }
        }
    }
}
