using Gantry.Build.Dockerfile;
using Gantry.Spec;

namespace Gantry.Build.Linting;

/// <summary>What stages are built from: variables in FROM, and its platform. Unneeded stages count too.</summary>
internal static class FromRules
{
    private const string TargetPlatform = "TARGETPLATFORM";
    private static readonly LintRule UndefinedArgInFrom = new("UndefinedArgInFrom", "FROM command must use declared ARGs");
    private static readonly LintRule InvalidDefaultArgInFrom = new("InvalidDefaultArgInFrom", "Default value for global ARG results in an empty or invalid base image name");
    private static readonly LintRule RedundantTargetPlatform = new("RedundantTargetPlatform", "Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior");
    private static readonly LintRule InvalidBaseImagePlatform = new("InvalidBaseImagePlatform", "Base image platform does not match expected target platform") { HasPage = false };
    private static readonly LintRule FromPlatformFlagConstDisallowed = new("FromPlatformFlagConstDisallowed", "FROM --platform flag should not use a constant value");

    /// <param name="document">Whose stages are looked at.</param>
    /// <param name="globals">The arguments before the first FROM with those of the platform; null for one without a value.</param>
    /// <param name="findings">Takes what is found.</param>
    public static void Check(DockerfileDocument document, IReadOnlyDictionary<string, string?> globals, LintFindings findings)
    {
        var expansion = new VariableExpansion(document.Escape);
        foreach (var from in document.Stages.Select(stage => stage.From))
        {
            if (TryExpand(expansion, from.BaseName, globals) is { } name)
            {
                CheckDeclared(from, name, globals, findings);
            }

            if (from.Platform is { } written && TryExpand(expansion, written, globals) is { } platform)
            {
                CheckDeclared(from, platform, globals, findings);
                CheckPlatform(from, written, platform, globals, findings);
            }
        }
    }

    /// <summary>Whether an image is for the platform that it was looked up for.</summary>
    public static void CheckBase(FromInstruction from, string name, Platform found, Platform expected, LintFindings findings)
    {
        if (found is { Os.Length: > 0, Architecture.Length: > 0 } && expected.Rank(found) is null)
        {
            findings.Add(InvalidBaseImagePlatform, from, $"Base image {name} was pulled with platform \"{found.Normalise()}\", expected \"{expected}\" for current build");
        }
    }

    /// <summary>Whether the Dockerfile builds where no argument is given.</summary>
    /// <param name="document">Whose stages are looked at.</param>
    /// <param name="defaults">The arguments before the first FROM as they are without the client's.</param>
    /// <param name="findings">Takes what is found.</param>
    public static void CheckDefaults(DockerfileDocument document, IReadOnlyDictionary<string, string?> defaults, LintFindings findings)
    {
        var expansion = new VariableExpansion(document.Escape);
        foreach (var from in document.Stages.Select(stage => stage.From))
        {
            if (TryExpand(expansion, from.BaseName, defaults) is { Text: var name } && !ImageReference.TryParse(name, out _) && !IsStage(document, name))
            {
                findings.Add(InvalidDefaultArgInFrom, from, $"Default value for ARG {from.BaseName} results in empty or invalid base image name");
            }
        }
    }

    /// <summary>A stage's name may be in capitals here, which no image's may.</summary>
    private static bool IsStage(DockerfileDocument document, string name) => document.Stages.Any(stage => string.Equals(stage.From.StageName, name, StringComparison.OrdinalIgnoreCase));

    private static Expansion? TryExpand(VariableExpansion expansion, string text, IReadOnlyDictionary<string, string?> globals)
    {
        try
        {
            return expansion.Expand(text, name => globals.GetValueOrDefault(name));
        }
        catch (FormatException)
        {
            // Whoever builds the stage says it.
            return null;
        }
    }

    private static void CheckDeclared(FromInstruction from, Expansion expanded, IReadOnlyDictionary<string, string?> globals, LintFindings findings)
    {
        foreach (var name in expanded.Unset.Distinct().Where(name => !globals.ContainsKey(name)))
        {
            var suggestion = EditDistance.Nearest(name, globals.Keys) is { } near ? $" (did you mean {near}?)" : "";
            findings.Add(UndefinedArgInFrom, from, $"FROM argument '{name}' is not declared{suggestion}");
        }
    }

    private static void CheckPlatform(FromInstruction from, string written, Expansion expanded, IReadOnlyDictionary<string, string?> globals, LintFindings findings)
    {
        if (expanded is { Used.Count: 0, Unset.Count: 0 })
        {
            if (Platform.TryParse(expanded.Text, out var platform) && !Names(from.StageName ?? "", platform))
            {
                findings.Add(FromPlatformFlagConstDisallowed, from, $"FROM --platform flag should not use constant value {GoText.Quote(expanded.Text)}");
            }
        }
        else if (expanded.Unset.Count == 0 && expanded.Used.All(name => name == TargetPlatform) && expanded.Text == globals.GetValueOrDefault(TargetPlatform))
        {
            findings.Add(RedundantTargetPlatform, from, $"Setting platform to predefined {written} in FROM is redundant as this is the default behavior");
        }
    }

    /// <summary>Whoever calls the stage after its platform means it.</summary>
    private static bool Names(string stage, Platform platform) => stage.Contains(platform.Os, StringComparison.Ordinal) || stage.Contains(platform.Architecture, StringComparison.Ordinal);
}
