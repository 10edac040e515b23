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

    public static CallResult Of(BuildRequest request, DockerfileLinter linter, Exception? failure)
    {
        var warnings = linter.Warnings;
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
        return new(JsonSerializer.SerializeToUtf8Bytes(results, DockerfileJson.Wire.LintResults), Text(linter, warnings), warnings.Count > 0 || failure is not null ? 1 : 0);
    }

    private static LintResult Result(LintWarning warning) => new()
    {
        RuleName = warning.Rule.Name,
        Description = warning.Rule.Description,
        Url = warning.Rule.Url,
        Detail = warning.Message,
        Location = DockerfileLocation.Of(warning.Lines.Start, warning.Lines.End),
    };

    private static string Text(DockerfileLinter linter, IReadOnlyList<LintWarning> warnings)
    {
        var text = new StringBuilder();
        foreach (var warning in warnings)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nWARNING: {warning.Rule.Name} - {warning.Rule.Url}\n{warning.Message}\n{linter.Excerpt(warning)}\n");
        }

        return text.ToString();
    }
}
