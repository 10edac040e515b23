using Gantry.Build.Dockerfile;

namespace Gantry.Build.Linting;

/// <summary>All that rules find, wanted or not. Stages are planned side by side: any thread may add.</summary>
internal sealed class LintFindings
{
    private readonly Lock gate = new();
    private readonly List<(LintWarning Warning, string? Comment)> all = [];

    /// <param name="rule">Whose finding it is.</param>
    /// <param name="instruction">The one whose comment may say that the rule does not hold there; in BuildKit a few rules do not ask it.</param>
    /// <param name="message">What the user reads.</param>
    /// <param name="lines">The place, where it is not the instruction.</param>
    public void Add(LintRule rule, Instruction instruction, string message, LineRange? lines = null)
    {
        lock (gate)
        {
            all.Add((new(rule, message, lines ?? instruction.Lines), instruction.Comment));
        }
    }

    /// <summary>Those that are wanted, in the order of the lines they are about.</summary>
    public IReadOnlyList<LintWarning> Wanted(LintOptions options)
    {
        lock (gate)
        {
            return [.. all.Where(found => options.With(found.Comment).Holds(found.Warning.Rule)).Select(found => found.Warning).OrderBy(warning => warning.Lines.Start)];
        }
    }
}
