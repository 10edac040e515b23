using System.Text;
using System.Text.Json;
using Gantry.Build;
using Gantry.Build.Attestations;
using Gantry.Build.Solving;
using Gantry.Tests.Build.Linting;

namespace Gantry.Tests.Build.Attestations;

/// <summary>Steps in the words of LLB.</summary>
public sealed class LlbAttestationTests : IDisposable
{
    private readonly PlanningStage _stage = new();

    [Theory]
    [InlineData("WORKDIR /d", """{"file":{"actions":[{"input":-1,"secondaryInput":-1,"output":0,"Action":{"mkdir":{"path":"/d","mode":493,"makeParents":true,"timestamp":-1}}}]}}""")]
    [InlineData("COPY <<A /d/\nx\nA", """{"file":{"actions":[{"input":-1,"secondaryInput":-1,"output":0,"Action":{"mkfile":{"path":"/d/A","mode":420,"data":"eAo=","timestamp":-1}}}]}}""")]
    [InlineData("ARG HTTP_PROXY=http://me:password@h\nRUN [\"a\"]", """{"exec":{"meta":{"args":["a"],"env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],"cwd":"/"},"mounts":[{"input":-1,"dest":"/"}]}}""")]
    [InlineData("RUN --network=none [\"a\", \"b\"]", """{"exec":{"meta":{"args":["a","b"],"env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],"cwd":"/"},"mounts":[{"input":-1,"dest":"/"}],"network":2}}""")]
    public async Task An_instruction_is_an_operation(string instruction, string operation)
    {
        var steps = await StepsAsync($"FROM scratch\n{instruction}\n");
        Assert.Equal([operation, "{}"], steps.Select(Operation));
    }

    [Fact]
    public async Task Sources_are_told_once_and_before_what_takes_of_them()
    {
        var steps = await StepsAsync("FROM scratch AS a\nCOPY x y /d/\nFROM scratch\nADD --chown=1:g --chmod=u=rw z /\nCOPY --from=a /d/x /e\n");
        Assert.Equal(
            ["""{"source":{"identifier":"local://context"}}""", "file", "file", "file", "{}"],
            steps.Select(Operation).Select(said => said.StartsWith("""{"file""", StringComparison.Ordinal) ? "file" : said));
        Assert.Equal(["", "step0:0", "step0:0", "step1:0 step2:0", "step3:0"], steps.Select(Inputs));
        var (both, add) = (Actions(steps.Single(step => Actions(step).Count == 2)), Actions(steps.First(step => Operation(step).Contains("attemptUnpack", StringComparison.Ordinal))));
        Assert.Equal([(-1, 0, -1), (1, 0, 0)], both.Select(action => (action.GetProperty("input").GetInt32(), action.GetProperty("secondaryInput").GetInt32(), action.GetProperty("output").GetInt32())));
        var copy = add[0].GetProperty("Action").GetProperty("copy");
        Assert.Equal("""{"user":{"User":{"byId":1}},"group":{"User":{"byName":{"name":"g","input":-1}}}}""", copy.GetProperty("owner").GetRawText());
        Assert.Equal("u=rw", copy.GetProperty("modeStr").GetString());
    }

    [Fact]
    public async Task What_lies_above_anything_is_merged_with_what_is_beneath()
    {
        var steps = await StepsAsync("FROM scratch\nWORKDIR /d\nCOPY --link x /\n");
        Assert.Equal("""{"merge":{"inputs":[{},{"input":1}]}}""", Operation(steps[^2]));
        Assert.Equal("step0:0 step2:0", Inputs(steps[^2]));
    }

    [Fact]
    public async Task Mounts_have_what_they_show()
    {
        var steps = await StepsAsync("FROM scratch\nRUN --mount=target=/c,source=s --mount=type=cache,id=i,target=/k,sharing=locked --mount=type=secret,id=s,env=E --mount=type=ssh --mount=type=tmpfs,target=/t a\n");
        using var exec = JsonDocument.Parse(Operation(steps[^2]));
        Assert.Equal(
            """[{"input":-1,"dest":"/"},{"selector":"s","dest":"/c","output":-1,"readonly":true},{"input":-1,"dest":"/k","output":-1,"mountType":3,"cacheOpt":{"ID":"i","sharing":2}},{"input":-1,"dest":"/run/buildkit/ssh_agent.0","output":-1,"mountType":2,"SSHOpt":{"ID":"default","mode":384,"optional":true}},{"input":-1,"dest":"/t","output":-1,"mountType":4,"TmpfsOpt":{}}]""",
            exec.RootElement.GetProperty("exec").GetProperty("mounts").GetRawText());
        Assert.Equal("""[{"ID":"s","name":"E","optional":true}]""", exec.RootElement.GetProperty("exec").GetProperty("secretenv").GetRawText());
        Assert.Equal("step0:0", Inputs(steps[^2]));
    }

    public void Dispose() => _stage.Dispose();

    private async Task<IReadOnlyList<JsonElement>> StepsAsync(string dockerfile)
    {
        var request = new BuildRequest { Dockerfile = dockerfile };
        await using var run = new BuildRun(_stage.Environment, new PlannedInputs(), new PlanningStage.Silence(), TestContext.Current.CancellationToken);
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            new LlbDefinition(request, await PlannedImage.OfAsync(request, run)).Write(json);
            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(Encoding.UTF8.GetString(output.ToArray()));
        return [.. document.RootElement.Clone().GetProperty("llbDefinition").EnumerateArray()];
    }

    private static string Operation(JsonElement step) => step.GetProperty("op").GetProperty("Op").GetRawText();

    private static string Inputs(JsonElement step) => step.TryGetProperty("inputs", out var inputs) ? string.Join(' ', inputs.EnumerateArray()) : "";

    private static List<JsonElement> Actions(JsonElement step) =>
        step.GetProperty("op").GetProperty("Op").TryGetProperty("file", out var file) ? [.. file.GetProperty("actions").EnumerateArray()] : [];
}
