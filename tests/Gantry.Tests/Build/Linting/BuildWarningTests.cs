using Gantry.Build;
using Gantry.Build.Progress;
using Gantry.Build.Solving;

namespace Gantry.Tests.Build.Linting;

/// <summary>What a build tells of its Dockerfile before its first step; here each ends there.</summary>
public sealed class BuildWarningTests(PlanningStage stage) : IClassFixture<PlanningStage>
{
    [Fact]
    public async Task Stages_that_are_not_needed_are_not_looked_at()
    {
        var (events, failure) = await BuildAsync("# check=error=true\nFROM scratch AS unused\nCMD a\nUSER $x\nFROM scratch\nCMD b\n");
        var warning = Assert.Single(events.OfType<WarningEvent>());
        Assert.Equal("JSONArgsRecommended: JSON arguments recommended for CMD to prevent unintended behavior related to OS signals (line 6)", warning.Short);
        Assert.Equal("https://docs.docker.com/go/dockerfile/rule/json-args-recommended/", warning.Url);
        Assert.Contains("   6 | >>> CMD b\n", warning.Excerpt, StringComparison.Ordinal);
        Assert.Equal("lint violation found for rules: JSONArgsRecommended", failure.Message);
    }

    [Fact]
    public async Task Warnings_are_told_though_the_build_cannot_begin()
    {
        var (events, failure) = await BuildAsync("FROM scratch as a\nCMD x\nCOPY --from=9 a b\n", ("other", "1"));
        Assert.Equal(["FromAsCasing", "JSONArgsRecommended"], events.OfType<WarningEvent>().Select(warning => warning.Rule));
        Assert.StartsWith("invalid from flag value 9", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arguments_that_nobody_declares_are_told_too()
    {
        var (events, _) = await BuildAsync("# check=error=true\nFROM scratch as a\n", ("other", "1"));
        Assert.Equal(["[Warning] One or more build-args [other] were not consumed", "FromAsCasing: 'as' and 'FROM' keywords' casing do not match (line 2)"], events.OfType<WarningEvent>().Select(warning => warning.Short));
    }

    private async Task<(List<BuildEvent> Events, Exception Failure)> BuildAsync(string dockerfile, params (string Name, string Value)[] arguments)
    {
        var events = new Events();
        var request = new BuildRequest { Dockerfile = dockerfile, Arguments = arguments.ToDictionary(argument => argument.Name, argument => (string?)argument.Value) };
        var failure = await Record.ExceptionAsync(() => new ImageBuilder(stage.Environment).BuildAsync(request, new PlannedInputs(), events, TestContext.Current.CancellationToken));
        return (events.All, failure!);
    }

    private sealed class Events : IBuildProgress
    {
        public List<BuildEvent> All { get; } = [];

        public void Report(BuildEvent happened)
        {
            lock (All) All.Add(happened);
        }
    }
}
