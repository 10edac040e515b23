using Gantry.Build.Dockerfile;
using Gantry.Build.Planning;
using Gantry.Spec.Build;

namespace Gantry.Build.Linting;

/// <summary>Holds a stage's instructions against the rules, each before it is planned: those that come of triggers of the base image too.</summary>
/// <param name="plan">The stage as it is before the instruction.</param>
/// <param name="request">The client's arguments.</param>
/// <param name="expansion">With the Dockerfile's escape character.</param>
/// <param name="ignored">What is left out of the context.</param>
/// <param name="findings">Takes what is found.</param>
internal sealed class StageLinter(StagePlan plan, BuildRequest request, VariableExpansion expansion, IgnorePatterns? ignored, LintFindings findings)
{
    public StagePlan Plan => plan;

    public BuildRequest Request => request;

    public IgnorePatterns? Ignored => ignored;

    public LintFindings Findings => findings;

    /// <summary>The instructions of which only the last counts, by their keyword.</summary>
    public Dictionary<string, Instruction> Last { get; } = new(StringComparer.Ordinal);

    public void Check(Instruction instruction)
    {
        try
        {
            VariableRule.Check(this, instruction);
            switch (instruction)
            {
                case EnvInstruction or LabelInstruction or ArgInstruction:
                    KeyValueRules.Check(this, instruction);
                    break;
                case CmdInstruction or EntrypointInstruction or HealthcheckInstruction:
                    CommandRules.Check(this, instruction);
                    break;
                case WorkdirInstruction workdir:
                    WorkdirRule.Check(this, workdir);
                    break;
                case ExposeInstruction expose:
                    ExposeRules.Check(this, expose);
                    break;
                case TransferInstruction transfer:
                    CopyRule.Check(this, transfer);
                    break;
            }
        }
        catch (FormatException)
        {
            // Whoever plans the instruction says it.
        }
    }

    public Expansion Expand(string text) => expansion.Expand(text, plan.Lookup);

    /// <param name="text">What is expanded.</param>
    /// <param name="known">Names that are no failure, though they have no value yet.</param>
    public Expansion Expand(string text, IReadOnlySet<string> known) => expansion.Expand(text, name => plan.Lookup(name) ?? (known.Contains(name) ? "" : null));

    public Expansion ExpandContent(string content) => expansion.ExpandContent(content, plan.Lookup);
}
