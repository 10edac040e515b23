using System.Globalization;
using System.Text;
using System.Text.Json;
using Gantry.Build.Dockerfile;
using Gantry.Build.Linting;
using Gantry.Spec.Build;

namespace Gantry.Build.Calls;

/// <summary>What rules have against a Dockerfile, and why it cannot be built.</summary>
internal static class CheckAnswer
{
    private const string Language = "Dockerfile";

    public static CallResult Of(BuildRequest request, IReadOnlyList<LintWarning> warnings, Exception? failure)
    {
        var results = new LintResults
        {
            Warnings = [.. warnings.Select(Result)],
            Sources = [new() { FileName = request.DockerfileName, Data = Encoding.UTF8.GetBytes(request.Dockerfile), Language = Language }],
            Error = failure is null ? null : new()
            {
                Message = failure.Message,
                Location = failure is DockerfileException { Lines: { Start: > 0 } lines } ? DockerfileLocation.Of(lines.Start, lines.End) : new(),
            },
        };
        return new(JsonSerializer.SerializeToUtf8Bytes(results, DockerfileJson.Default.LintResults), Text(request, warnings), warnings.Count > 0 || failure is not null ? 1 : 0);
    }

    private static LintResult Result(LintWarning warning) => new()
    {
        RuleName = warning.Rule.Name,
        Description = warning.Rule.Description,
        Url = warning.Rule.Url,
        Detail = warning.Message,
        Location = DockerfileLocation.Of(warning.Lines.Start, warning.Lines.End),
    };

    private static string Text(BuildRequest request, IReadOnlyList<LintWarning> warnings)
    {
        var text = new StringBuilder();
        var lines = request.Dockerfile.ReplaceLineEndings("\n").Split('\n');
        foreach (var warning in warnings)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nWARNING: {warning.Rule.Name} - {warning.Rule.Url}\n{warning.Message}\n")
                .Append(SourceExcerpt.Of(request.DockerfileName, lines, warning.Lines.Start, warning.Lines.End)).Append('\n');
        }

        return text.ToString();
    }
}
