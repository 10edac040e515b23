using Gantry.SystemTests.Faults;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Builds;

/// <summary>The cache of builds at a registry: of its own, and within an image.</summary>
public sealed class RegistryCacheTests
{
    private const string Dockerfile = """
        FROM busybox AS builder
        RUN cat /proc/sys/kernel/random/uuid > /made
        FROM busybox
        RUN cat /proc/sys/kernel/random/uuid > /once
        COPY --from=builder /made /
        """;

    [Theory]
    [InlineData("type=registry,ref=127.0.0.1:5000/cache:all,mode=max", "", "127.0.0.1:5000/cache:all")]
    [InlineData("type=registry,ref=127.0.0.1:5000/cache", "", "type=registry,ref=127.0.0.1:5000/cache")]
    [InlineData("type=inline", "-t 127.0.0.1:5000/made --push", "127.0.0.1:5000/made")]
    public async Task What_was_built_before_everything_went_is_built_again(string to, string options, string from)
    {
        await using var stage = await BuildStage.CreateAsync();
        await using var registry = new Registry(stage.Sandbox);
        await registry.StartAsync();
        var id = (await stage.Gantry($"build -q {options} --cache-to {to} {stage.Context(Dockerfile)}")).Succeeds().Text;
        await stage.IsEmptyAfterPruneAsync();
        (await stage.Gantry($"load -q -i {Path.Combine(Programs.Cache, "busybox.tar")}")).Succeeds();
        var same = to == "type=inline" ? " --cache-to type=inline" : "";
        (await stage.Gantry($"build -q --cache-from {from}{same} {stage.Directory}")).Succeeds().Prints(id);
        (await stage.Gantry($"build -q --cache-from 127.0.0.1:5000/nothing --no-cache {stage.Directory}")).Succeeds();
    }

    [Theory]
    [InlineData("type=s3,bucket=b", "bucket")]
    [InlineData("type=gha", "type=gha")]
    [InlineData("type=registry", "ref=")]
    [InlineData("type=registry,ref=127.0.0.1:5000/cache,mode=most", "most")]
    [InlineData("type=local", "dest")]
    public async Task What_is_not_there_is_refused(string to, string said)
    {
        await using var stage = await BuildStage.CreateAsync();
        (await stage.Gantry($"build --cache-to {to} {stage.Context(Dockerfile)}")).Fails().SaysSomewhere(said);
    }
}
