using System.Text.RegularExpressions;
using Gantry.Build.Dockerfile;
using Gantry.Spec;

namespace Gantry.Build.Linting;

/// <summary>How names and values are written, and which names are no good ones. <c>ARG a b</c> is two arguments, and neither legacy nor wrong.</summary>
internal static partial class KeyValueRules
{
    private static readonly LintRule LegacyKeyValueFormat = new("LegacyKeyValueFormat", "Legacy key/value format with whitespace separator should not be used");
    private static readonly LintRule SecretsUsedInArgOrEnv = new("SecretsUsedInArgOrEnv", "Sensitive data should not be used in the ARG or ENV commands");

    /// <param name="stage">What the instruction is one of.</param>
    /// <param name="instruction">ENV, LABEL or ARG.</param>
    public static void Check(StageLinter stage, Instruction instruction)
    {
        if (instruction is EnvInstruction { IsLegacy: true } or LabelInstruction { IsLegacy: true })
        {
            var keyword = instruction.Written;
            stage.Findings.Add(LegacyKeyValueFormat, instruction, $"\"{keyword} key=value\" should be used instead of legacy \"{keyword} key value\" format");
        }

        var names = instruction switch
        {
            EnvInstruction env => env.Pairs.Select(pair => stage.Expand(pair.Key).Text),
            ArgInstruction arg => arg.Arguments.Select(argument => argument.Name),
            _ => [],
        };
        foreach (var name in names.Where(name => Secret().IsMatch(name) && !NoSecret().IsMatch(name)))
        {
            stage.Findings.Add(SecretsUsedInArgOrEnv, instruction, $"Do not use ARG or ENV instructions for sensitive data ({instruction.Keyword} {GoText.Quote(name)})");
        }
    }

    /// <summary>A word of the name, between underscores, is one for secrets.</summary>
    [GeneratedRegex("(?:_|^)(?:apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Secret();

    [GeneratedRegex("(?:_|^)(?:public|file|version)(?:_|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NoSecret();
}
