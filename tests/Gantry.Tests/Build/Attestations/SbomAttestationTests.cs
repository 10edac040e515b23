using Gantry.Build;
using Gantry.Build.Planning;
using Gantry.Build.Solving;
using Gantry.Build.Steps;
using Gantry.Tests.Build.Linting;

namespace Gantry.Tests.Build.Attestations;

/// <summary>What is looked through for the list of what is in an image.</summary>
public sealed class SbomAttestationTests : IDisposable
{
    private const string Stages = "FROM scratch AS file\nARG BUILDKIT_SBOM_SCAN_STAGE=true\nRUN a\nFROM scratch AS base\nCOPY --from=file / /\nFROM scratch AS unused\nARG BUILDKIT_SBOM_SCAN_STAGE=true\nRUN b\nFROM base\nARG BUILDKIT_SBOM_SCAN_STAGE=true\n";
    private readonly PlanningStage _stage = new();

    [Theory]
    [InlineData("", null, "file")]
    [InlineData("", "false")]
    [InlineData("ARG BUILDKIT_SBOM_SCAN_CONTEXT=1\n", null, "context", "file")]
    [InlineData("ARG BUILDKIT_SBOM_SCAN_STAGE=base\n", null, "base", "file")]
    [InlineData("ARG BUILDKIT_SBOM_SCAN_STAGE=base\n", "base,file", "base", "file")]
    public async Task Stages_that_ask_for_it_are_where_the_result_stands_on_them(string before, string? given, params string[] targets)
    {
        var arguments = given is null ? [] : new Dictionary<string, string?> { ["BUILDKIT_SBOM_SCAN_STAGE"] = given };
        var plan = await PlanAsync(before + Stages, arguments);
        Assert.Equal(targets, plan.ScanTargets.Keys);
    }

    [Fact]
    public async Task An_argument_that_nothing_declares_asks_for_nothing() =>
        Assert.Empty((await PlanAsync("FROM scratch\nRUN a\n", new Dictionary<string, string?> { ["BUILDKIT_SBOM_SCAN_CONTEXT"] = "true" })).ScanTargets);

    [Fact]
    public async Task No_program_is_told()
    {
        var plan = await PlanAsync("FROM scratch\nARG BUILDKIT_SBOM_SCAN_CONTEXT=true\nRUN a\n", []);
        Assert.DoesNotContain(((RunStep)plan.Step).Env, variable => variable.StartsWith("BUILDKIT", StringComparison.Ordinal));
    }

    public void Dispose() => _stage.Dispose();

    private async Task<ImagePlan> PlanAsync(string dockerfile, Dictionary<string, string?> arguments)
    {
        var request = new BuildRequest { Dockerfile = dockerfile, Arguments = arguments };
        await using var run = new BuildRun(_stage.Environment, new PlannedInputs(), new PlanningStage.Silence(), TestContext.Current.CancellationToken);
        return await PlannedImage.OfAsync(request, run);
    }
}
