using Gantry.Build.Dockerfile;
using Gantry.Spec;

namespace Gantry.Build.Linting;

/// <summary>How stages are called.</summary>
internal static class StageNameRules
{
    private static readonly LintRule StageNameCasing = new("StageNameCasing", "Stage names should be lowercase");
    private static readonly LintRule FromAsCasing = new("FromAsCasing", "The 'as' keyword should match the case of the 'from' keyword");
    private static readonly LintRule DuplicateStageName = new("DuplicateStageName", "Stage names should be unique");
    private static readonly LintRule ReservedStageName = new("ReservedStageName", "Reserved words should not be used as stage names");

    public static void Check(FromInstruction from, LintFindings findings)
    {
        if (from.WrittenStageName is not { } name || from.As is not { } word)
        {
            return;
        }

        if (name != from.StageName)
        {
            findings.Add(StageNameCasing, from, $"Stage name '{name}' should be lowercase");
        }

        // Where FROM itself is mixed another rule says so.
        if ((Casing.IsLower(from.Written) && !Casing.IsLower(word)) || (Casing.IsUpper(from.Written) && !Casing.IsUpper(word)))
        {
            findings.Add(FromAsCasing, from, $"'{word}' and '{from.Written}' keywords' casing do not match");
        }
    }

    /// <summary>The names of all stages, beside each other.</summary>
    public static void Check(IEnumerable<Stage> stages, LintFindings findings)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var from in stages.Select(stage => stage.From))
        {
            if (from.StageName is not { } name)
            {
                continue;
            }

            if (name is "scratch" or "context")
            {
                findings.Add(ReservedStageName, from, $"Stage name should not use the same name as reserved stage {GoText.Quote(name)}");
            }

            if (!known.Add(name))
            {
                findings.Add(DuplicateStageName, from, $"Duplicate stage name {GoText.Quote(name)}, stage names should be unique");
            }
        }
    }
}
