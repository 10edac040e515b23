using Gantry.Build.Dockerfile;
using Gantry.Build.Planning;
using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Build.Linting;

/// <summary>Holds a Dockerfile against BuildKit's rules while it is read and planned.</summary>
/// <param name="request">The Dockerfile, and what it is built with.</param>
/// <param name="ignored">What the client left out of the context; null where nothing.</param>
internal sealed class DockerfileLinter(BuildRequest request, IgnorePatterns? ignored)
{
    private readonly LintFindings findings = new();
    private LintOptions options = new();
    private IReadOnlyList<string> lines = [];

    /// <summary>What rules that hold have found so far.</summary>
    public IReadOnlyList<LintWarning> Warnings => findings.Wanted(options);

    /// <summary>The lines that a warning is about, and those around them.</summary>
    public string Excerpt(LintWarning warning) => SourceExcerpt.Of(request.DockerfileName, lines, warning.Lines.Start, warning.Lines.End);

    /// <summary>Reads the Dockerfile; where that fails, what was found before it is there.</summary>
    public DockerfileDocument Read()
    {
        try
        {
            var document = DockerfileParser.Parse(request.Dockerfile, request.DockerfileName);
            SyntaxDirective.Check(document, request);
            CheckWords(document);
            StageNameRules.Check(document.Stages, findings);
            InstructionCasingRule.Check(document, findings);
            return document;
        }
        catch (DockerfileException e) when (e.Before is { } before)
        {
            CheckWords(before);
            throw;
        }
    }

    /// <summary>Looks at what all stages are built from, whether they are needed or not.</summary>
    /// <param name="document">What was read.</param>
    /// <param name="globals">The arguments before the first FROM.</param>
    public void CheckBases(DockerfileDocument document, IReadOnlyDictionary<string, string?> globals)
    {
        FromRules.Check(document, globals, findings);
        try
        {
            FromRules.CheckDefaults(document, GlobalArguments.Of(document, request with { Arguments = new Dictionary<string, string?>() }, request.Platforms[0]), findings);
        }
        catch (DockerfileException)
        {
            // A default is wrong that the client replaced: what it leads to is not known.
        }
    }

    /// <inheritdoc cref="FromRules.CheckBase"/>
    public void CheckBase(FromInstruction from, string name, Platform found, Platform expected) => FromRules.CheckBase(from, name, found, expected, findings);

    public StageLinter Begin(StagePlan plan, VariableExpansion expansion) => new(plan, request, expansion, ignored, findings);

    /// <summary>Ends the build where what was found does (<c>error=true</c>).</summary>
    public void RequireNone()
    {
        if (options.IsError && Warnings is { Count: > 0 } warnings)
        {
            throw new InvalidArgumentException($"lint violation found for rules: {string.Join(", ", warnings.Select(warning => warning.Rule.Name).Distinct())}");
        }
    }

    private void CheckWords(DockerfileDocument document)
    {
        lines = document.Lines;
        options = LintOptions.Of(document, request);
        foreach (var instruction in document.Instructions)
        {
            WordingRules.Check(instruction, findings);
            if (instruction is FromInstruction from)
            {
                StageNameRules.Check(from, findings);
            }
        }
    }
}
