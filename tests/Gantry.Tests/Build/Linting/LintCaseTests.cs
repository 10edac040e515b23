using System.Text.Json;
using Gantry.Build;
using Gantry.Build.Calls;
using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Tests.Build.Linting;

/// <summary>The rules as <c>Cases/*.cases</c> have them, with the messages and lines of BuildKit.</summary>
public sealed class LintCaseTests(PlanningStage stage) : IClassFixture<PlanningStage>
{
    private static readonly Dictionary<string, LintCase> s_cases = LintCase.All.ToDictionary(one => one.Name);

    /// <summary>The name of each rule, its address and its description, as Docker's documents have them.</summary>
    private static readonly string[] s_rules = File.ReadAllLines(Path.Combine(LintCase.Folder, "rules.txt"));

    public static TheoryData<string> Names => new(s_cases.Keys);

    [Theory, MemberData(nameof(Names))]
    public async Task A_Dockerfile_is_warned_of(string name)
    {
        var one = s_cases[name];
        var request = new BuildRequest
        {
            Dockerfile = one.Dockerfile,
            Target = one.Setting("target"),
            Platforms = [Platform.Parse("linux/amd64")],
            Arguments = one.Settings.Where(setting => setting.Kind == "arg").Select(setting => setting.Value.Split('=', 2)).ToDictionary(pair => pair[0], pair => (string?)pair[1]),
        };
        var inputs = new PlannedInputs
        {
            Ignored = one.Setting("ignore")?.Replace(' ', '\n'),
            Env = [.. one.Settings.Where(setting => setting.Kind == "env").Select(setting => setting.Value)],
            Triggers = [.. one.Settings.Where(setting => setting.Kind == "onbuild").Select(setting => setting.Value)],
        };
        var answer = await stage.AskAsync(DockerfileCall.Check, request, inputs);
        var results = JsonSerializer.Deserialize(answer.Json, DockerfileJson.Default.LintResults)!;
        Assert.Equal(one.Warnings, results.Warnings.Select(warning => $"{warning.Location!.Ranges![0].Start.Line} {warning.RuleName}: {warning.Detail}"));
        Assert.All(results.Warnings, warning => Assert.Contains($"{warning.RuleName} {warning.Url} {warning.Description}", s_rules));
        Assert.Equal(one.Failure, results.Error?.Message);
        Assert.Equal(one.Warnings.Count > 0 || one.Failure is not null ? 1 : 0, answer.Status);
    }

    [Fact]
    public void Each_rule_that_is_documented_has_a_case()
    {
        var warned = s_cases.Values.SelectMany(one => one.Warnings).Select(warning => warning.Split(' ')[1].TrimEnd(':')).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(s_rules.Select(rule => rule.Split(' ')[0]), warned);
    }
}
