using Gantry.Build;
using Gantry.Build.Dockerfile;
using Gantry.Build.Planning;
using Gantry.Build.Steps;
using Gantry.Spec;
using Gantry.Tests.Build.Linting;

namespace Gantry.Tests.Build;

/// <summary>What steps a Dockerfile leads to; what BuildKit 0.22's own tests expect of it.</summary>
public sealed class PlanningTests : IDisposable
{
    private readonly PlanningStage _stage = new();

    [Fact]
    public async Task Mounts_are_read_once_their_variables_are_known()
    {
        var run = Assert.IsType<RunStep>((await PlanAsync("FROM alpine\nENV T=cache ID=mine M=0750\nRUN --mount=type=$T,id=$ID,target=/c,mode=$M true\n")).Step);
        var mount = Assert.IsType<CacheMount>(Assert.Single(run.Mounts));
        Assert.Equal(("mine", "/c", 0x1E8u), (mount.Id, mount.Target, mount.Mode));
        var failure = await Assert.ThrowsAsync<DockerfileException>(() => PlanAsync("FROM alpine\nENV T=cashe\nRUN --mount=type=$T,target=/c true\n"));
        Assert.Contains("unsupported mount type \"cashe\" (did you mean cache?)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Built_in_arguments_say_more_of_a_run()
    {
        var run = Assert.IsType<RunStep>((await PlanAsync(
            "FROM alpine\nRUN --mount=type=cache,target=/c true\n", ("BUILDKIT_SANDBOX_HOSTNAME", "here"), ("BUILDKIT_CACHE_MOUNT_NS", "team"), ("http_proxy", "p"))).Step);
        Assert.Equal(("here", "team/c"), (run.Limits.HostName, Assert.IsType<CacheMount>(Assert.Single(run.Mounts)).Id));
        Assert.Equal(["HTTP_PROXY=p", "http_proxy=p"], run.ProxyEnv);
        var both = Assert.IsType<RunStep>((await PlanAsync("FROM alpine\nRUN true\n", ("http_proxy", "p"), ("HTTP_PROXY", "q"))).Step);
        Assert.Equal(["HTTP_PROXY=q", "http_proxy=p"], both.ProxyEnv);
    }

    [Fact]
    public async Task A_syntax_that_an_argument_names_has_no_line()
    {
        var failure = await Assert.ThrowsAsync<DockerfileException>(() => PlanAsync("FROM alpine\n", ("BUILDKIT_SYNTAX", "other/frontend")));
        Assert.Equal("BUILDKIT_SYNTAX \"other/frontend\" is not supported: gantry reads what docker/dockerfile reads, by itself; leave it out", failure.Message);
        await PlanAsync("# syntax=other/frontend\nFROM alpine\n", ("BUILDKIT_SYNTAX", "dockerfile.v0"));
    }

    [Theory]
    [InlineData("FROM alpine AS base\nARG TARGETSTAGE\nRUN echo $TARGETSTAGE\nFROM base AS last\n", "RUN echo last")]
    [InlineData("FROM alpine\nARG TARGETSTAGE\nRUN echo $TARGETSTAGE\n", "RUN echo default")]
    [InlineData("FROM alpine\nENV S=x\nRUN --mount=type=secret,id=s,env=S echo $S\n", "RUN --mount=type=secret,id=s,env=S echo ****")]
    [InlineData("FROM alpine\nENV S=x\nRUN <<EOF\necho $S\nls\nEOF\n", "RUN <<EOF (echo x...)")]
    [InlineData("FROM alpine\nENV S=x\nRUN --mount=type=secret,id=s,env=S <<EOF\necho $S\nEOF\n", "RUN --mount=type=secret,id=s,env=S <<EOF (echo ****)")]
    public async Task A_step_is_called(string dockerfile, string name) => Assert.EndsWith("] " + name, (await PlanAsync(dockerfile)).Step.Name, StringComparison.Ordinal);

    [Theory]
    [InlineData("FROM alpine AS a\nCOPY --from=b / /\nFROM alpine AS b\nFROM a\n", "cannot copy from stage \"b\", it needs to be defined before current stage \"a\"")]
    [InlineData("ARG ARCH_OS=x\nFROM --platform=linux/$ARCHOS alpine\n", "failed to parse platform linux/$ARCHOS: \"\" is an invalid component of \"linux/\": platform specifier component must match \"^[A-Za-z0-9_.-]+$\": invalid argument (did you mean ARCH_OS?)")]
    [InlineData("# syntax=example.com/other:1\nFROM alpine\n", "syntax \"example.com/other:1\" is not supported")]
    [InlineData("# syntax=mirror.example.com/docker/dockerfile:1.7-labs\nFROM alpine\nCOPY --chmod=64a x /\n", "invalid chmod parameter: '64a'. it should be octal string and between 0 and 07777")]
    public async Task What_cannot_be_planned_is_said(string dockerfile, string words) =>
        Assert.Contains(words, (await Assert.ThrowsAsync<DockerfileException>(() => PlanAsync(dockerfile))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Devices_are_named()
    {
        var request = new BuildRequest { Dockerfile = "FROM alpine\nENV D=foo\nRUN --device=v.com/c=$D,required --device=name=other true\n", Entitlements = new HashSet<string> { "device=v.com/c=foo" } };
        var run = Assert.IsType<RunStep>((await _stage.PlanAsync(request)).Step);
        Assert.Equal([new("v.com/c=foo", IsRequired: true) { IsAllowed = true }, new("other", IsRequired: false)], run.Devices);
    }

    [Fact]
    public async Task A_context_may_be_nothing()
    {
        var request = new BuildRequest { Dockerfile = "FROM alpine\n", Contexts = new Dictionary<string, string> { ["alpine"] = "docker-image://scratch" } };
        Assert.IsType<ScratchStep>((await _stage.PlanAsync(request)).Step);
    }

    [Theory]
    [InlineData("linux/arm64", "docker-image://scratch")]
    [InlineData("linux/amd64", null)]
    public async Task A_context_may_be_of_one_platform(string platform, string? expected)
    {
        var request = new BuildRequest { Dockerfile = "FROM alpine\n", Platforms = [Platform.Parse(platform)], Contexts = new Dictionary<string, string> { ["alpine::linux/arm64"] = "docker-image://scratch" } };
        Assert.Equal(expected is not null, (await _stage.PlanAsync(request)).Step is ScratchStep);
    }

    [Fact]
    public async Task Windows_has_its_own_shell()
    {
        var plan = await _stage.PlanAsync(new() { Dockerfile = "FROM scratch\nENTRYPOINT a b\n", Platforms = [Platform.Parse("windows/amd64")] });
        Assert.Equal(["cmd", "/S", "/C", "a b"], plan.Config.Entrypoint);
        Assert.Null(plan.Config.Env);
    }

    public void Dispose() => _stage.Dispose();

    private Task<StagePlan> PlanAsync(string dockerfile, params (string Name, string Value)[] arguments) =>
        _stage.PlanAsync(new() { Dockerfile = dockerfile, Arguments = arguments.ToDictionary(argument => argument.Name, argument => (string?)argument.Value) });
}
