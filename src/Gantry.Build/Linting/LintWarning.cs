namespace Gantry.Build.Linting;

/// <summary>What a rule has against a Dockerfile.</summary>
/// <param name="Message">Without the rule's name.</param>
public sealed record LintWarning(LintRule Rule, string Message, LineRange Lines);
