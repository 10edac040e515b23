using Gantry.Build;
using Gantry.Build.Planning;
using Gantry.Build.Solving;
using Gantry.Tests.Build.Linting;

namespace Gantry.Tests.Build;

public sealed class ContextUseTests : IDisposable
{
    private readonly PlanningStage _stage = new();

    [Theory]
    [InlineData("COPY a b/c ./d/ /x/\nRUN --mount=target=/m,source=e ls\nADD *.txt /y/", ":*.txt,a,b/c,d,e")]
    [InlineData("COPY a /x\nCOPY . /y", "")]
    [InlineData("COPY a /x\nRUN --mount=target=/m ls", "")]
    [InlineData("COPY --parents **/a /x/", "")]
    [InlineData("COPY arr[[]0].txt /x", "")]
    [InlineData("COPY --from=other /a /x\nCOPY b /y", ":b;other:a")]
    [InlineData("COPY --from=other / /x\nCOPY b /y", ":b")]
    [InlineData("ADD https://example.com/f /x", "")]
    [InlineData("ARG BUILDKIT_SBOM_SCAN_CONTEXT=true\nCOPY a /x", "")]
    public async Task A_build_needs_of_its_contexts(string instructions, string needed)
    {
        var plan = await _stage.PlanAsync(new BuildRequest { Dockerfile = $"FROM alpine\n{instructions}\n", Contexts = new Dictionary<string, string> { ["other"] = "local:other" } });
        Assert.Equal(needed, string.Join(';', ContextUse.Of(Step.AllOf(plan.Step), ScanTargets.Of(plan, new Dictionary<string, string?>()).Values).OrderBy(use => use.Key, StringComparer.Ordinal).Select(use => $"{use.Key}:{string.Join(',', use.Value)}")));
    }

    public void Dispose() => _stage.Dispose();
}
