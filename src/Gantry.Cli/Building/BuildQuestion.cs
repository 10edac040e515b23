using System.Text;
using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Run;
using Gantry.Spec;
using Gantry.Spec.Build;
using Gantry.Spec.Engine;

namespace Gantry.Cli.Building;

/// <summary>What <c>--call</c> and <c>--check</c> ask in place of a build: <c>check</c>, <c>outline</c> or <c>targets</c>.</summary>
/// <param name="Name">As the API takes it.</param>
/// <param name="IsJson">The answer is printed as it came.</param>
/// <param name="IgnoresStatus">Whatever the answer, it is no failure.</param>
internal sealed record BuildQuestion(string Name, bool IsJson, bool IgnoresStatus)
{
    private const string Check = "check";

    /// <summary>Null for a build.</summary>
    public static BuildQuestion? Of(Invocation call)
    {
        var question = new BuildQuestion("", IsJson: false, IgnoresStatus: false);
        foreach (var field in Csv.Split(call.Flag("check") ? Check : call.Text("call")))
        {
            question = field.Split('=', 2) switch
            {
                ["format", var format] => question with { IsJson = format == "json" },
                ["ignorestatus", var value] when GoBoolean.TryParse(value, out var ignores) => question with { IgnoresStatus = ignores },
                ["build" or Check or "outline" or "targets" or "lint"] when question.Name.Length == 0 => question with { Name = field == "lint" ? Check : field },
                _ => throw new CommandLineException($"ERROR: invalid value {OptionValues.Quote(field)} of --call: want build, check, outline or targets, and format=json or ignorestatus=true"),
            };
        }

        return question.Name is "" or "build" ? null : question;
    }

    /// <summary>Prints the answer.</summary>
    /// <returns>The exit code.</returns>
    public int Print(Output output, BuildAnswer answer)
    {
        if (IsJson)
        {
            output.Line(answer.Json);
        }
        else if (Name == Check)
        {
            PrintCheck(output, answer);
        }
        else
        {
            output.Write(answer.Text);
        }

        return IgnoresStatus ? 0 : answer.Status;
    }

    private static void PrintCheck(Output output, BuildAnswer answer)
    {
        var results = JsonSerializer.Deserialize(answer.Json, DockerfileJson.Default.LintResults)!;
        var count = results.Warnings.Count;
        if (count > 0) output.Line($"Check complete, {(count == 1 ? "1 warning has" : $"{count} warnings have")} been found!");
        output.Write(answer.Text);
        if (results.Error is { } error)
        {
            if (count > 0) output.Line();
            throw new CommandLineException($"ERROR: {error.Message}{Excerpt(results, error.Location)}");
        }

        if (count == 0) output.Line("Check complete, no warnings found.");
    }

    private static string Excerpt(LintResults results, DockerfileLocation location)
    {
        if (location.Ranges is not { Count: > 0 } ranges || location.SourceIndex < 0 || location.SourceIndex >= results.Sources.Count) return "";
        var source = results.Sources[location.SourceIndex];
        var lines = Encoding.UTF8.GetString(source.Data).Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        return "\n" + SourceExcerpt.Of(source.FileName, lines, ranges[0].Start.Line, ranges[^1].End.Line);
    }
}
