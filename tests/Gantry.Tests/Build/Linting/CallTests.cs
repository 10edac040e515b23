using System.Text;
using System.Text.Json;
using Gantry.Build;
using Gantry.Build.Calls;
using Gantry.Build.Dockerfile;
using Gantry.Spec.Build;

namespace Gantry.Tests.Build.Linting;

/// <summary>What is asked of a Dockerfile in place of a build, as BuildKit answers it.</summary>
public sealed class CallTests(PlanningStage stage) : IClassFixture<PlanningStage>
{
    private const string Dockerfile = """
        ARG inherited=box
        ARG inherited2=box2
        ARG unused=abc${inherited2}
        # sfx is a suffix
        ARG sfx="usy${inherited}"

        FROM b${sfx} AS first
        # this is not assigned to anything
        ARG FOO=123
        # BAR is a number
        ARG BAR=456
        RUN --mount=type=secret,target=/etc/passwd,required=true --mount=type=ssh true

        FROM alpine${unused} AS second
        ARG BAZ
        RUN --mount=type=secret,id=unused --mount=type=ssh,id=ssh2 true

        FROM scratch AS third
        ARG ABC=a TARGETARCH inherited2
        RUN --mount=type=secret,id=second${ABC} true

        # target defines build target
        FROM --platform=linux/amd64 third AS target
        COPY --from=first /etc/passwd /
        RUN --mount=type=ssh,id=ssh3,required true

        FROM second
        """;

    [Fact]
    public async Task An_outline_has_what_the_target_needs()
    {
        var request = new BuildRequest { Dockerfile = Dockerfile, Target = "target", Arguments = new Dictionary<string, string?> { ["BAR"] = "678" } };
        var answer = await stage.AskAsync(DockerfileCall.Outline, request);
        Assert.Equal("""
            TARGET:      target
            DESCRIPTION: defines build target

            BUILD ARG    VALUE    DESCRIPTION
            inherited    box      @
            inherited2   box2     @
            sfx          usybox   is a suffix
            FOO          123      @
            BAR          678      is a number
            ABC          a        @

            SECRET    REQUIRED
            passwd    true
            seconda   @

            SSH       REQUIRED
            default   @
            ssh3      true


            """.Replace("@", "", StringComparison.Ordinal), answer.Text);
        var outline = JsonSerializer.Deserialize(answer.Json, DockerfileJson.Default.DockerfileOutline)!;
        Assert.Equal([1, 2, 5, 9, 11, 19], outline.Arguments!.Select(argument => argument.Location!.Ranges![0].Start.Line));
        Assert.Equal([("passwd", true, 12), ("seconda", false, 20)], outline.Secrets!.Select(secret => (secret.Name, secret.IsRequired, secret.Location!.Ranges![0].Start.Line)));
        Assert.Equal([("default", false, 12), ("ssh3", true, 25)], outline.Agents!.Select(agent => (agent.Name, agent.IsRequired, agent.Location!.Ranges![0].Start.Line)));
        Assert.Equal(Dockerfile, Encoding.UTF8.GetString(Assert.Single(outline.Sources!)));
        Assert.Null(answer.Status);
    }

    [Fact]
    public async Task Targets_are_all_stages()
    {
        var answer = await stage.AskAsync(DockerfileCall.Targets, new() { Dockerfile = Dockerfile });
        Assert.Equal("""
            TARGET    DESCRIPTION
            first     @
            second    @
            third     @
            target    defines build target
            (default) @

            """.Replace("@", "", StringComparison.Ordinal), answer.Text);
        var targets = JsonSerializer.Deserialize(answer.Json, DockerfileJson.Default.DockerfileTargets)!.Targets;
        Assert.Equal([("first", "b${sfx}", null, 7), ("target", "third", "linux/amd64", 23)], new[] { targets[0], targets[3] }.Select(target => (target.Name, target.Base, target.Platform, target.Location!.Ranges![0].Start.Line)));
        Assert.Equal([false, false, false, false, true], targets.Select(target => target.IsDefault));
    }

    [Fact]
    public async Task A_check_shows_the_lines()
    {
        var answer = await stage.AskAsync(DockerfileCall.Check, new() { Dockerfile = "FROM scratch\n\nMAINTAINER me\nCMD a \\\n  b\n", DockerfileName = "sub/Dockerfile" });
        Assert.Equal("""

            WARNING: MaintainerDeprecated - https://docs.docker.com/go/dockerfile/rule/maintainer-deprecated/
            Maintainer instruction is deprecated in favor of using label
            sub/Dockerfile:3
            --------------------
               1 |     FROM scratch
               2 |
               3 | >>> MAINTAINER me
               4 |     CMD a \
               5 |       b
            --------------------

            WARNING: JSONArgsRecommended - https://docs.docker.com/go/dockerfile/rule/json-args-recommended/
            JSON arguments recommended for CMD to prevent unintended behavior related to OS signals
            sub/Dockerfile:4
            --------------------
               3 |     MAINTAINER me
               4 | >>> CMD a \
               5 | >>>   b
               6 |
            --------------------

            """, answer.Text);
        using var json = JsonDocument.Parse(answer.Json);
        Assert.Equal("""{"ruleName":"JSONArgsRecommended","description":"JSON arguments recommended for ENTRYPOINT/CMD to prevent unintended behavior related to OS signals","url":"https://docs.docker.com/go/dockerfile/rule/json-args-recommended/","detail":"JSON arguments recommended for CMD to prevent unintended behavior related to OS signals","location":{"ranges":[{"start":{"line":4},"end":{"line":4}},{"start":{"line":5},"end":{"line":5}}]}}""",
            string.Concat(json.RootElement.GetProperty("warnings")[1].GetRawText().Split('\n').Select(line => line.Trim())).Replace("\": ", "\":", StringComparison.Ordinal));
        Assert.Equal(1, answer.Status);
    }

    [Fact]
    public async Task What_cannot_be_planned_has_no_outline() =>
        await Assert.ThrowsAsync<DockerfileException>(() => stage.AskAsync(DockerfileCall.Outline, new() { Dockerfile = "FROM a b" }));

    [Fact]
    public async Task What_can_be_asked_is_said()
    {
        var answer = await stage.AskAsync(DockerfileCall.Describe, new() { Dockerfile = "" });
        Assert.Equal("""
            NAME                 VERSION DESCRIPTION
            outline              1.0.0   List all parameters current build target supports
            targets              1.0.0   List all targets current build supports
            lint                 1.0.0   Lint a Dockerfile
            subrequests.describe 1.0.0   List available subrequest types

            """, answer.Text);
    }
}
