using Gantry.SystemTests.Faults;

namespace Gantry.SystemTests.Builds;

/// <summary>What RUN keeps with <c>--mount=type=cache</c> is listed, counted and pruned with the rest of the cache.</summary>
public sealed class CacheMountTests
{
    private static string Dockerfile(string command, string sharing = "shared") => $"""
        FROM busybox
        RUN --mount=type=cache,target=/cache,id=kept,sharing={sharing} {command}
        """;

    [Fact]
    public async Task It_goes_with_a_prune()
    {
        await using var stage = await BuildStage.CreateAsync();
        (await stage.BuildAsync(Dockerfile("dd if=/dev/urandom of=/cache/data bs=1k count=2000"))).Succeeds();
        (await stage.BuildAsync(Dockerfile("test -f /cache/data && echo again"))).Succeeds();
        (await stage.Gantry("builder du --verbose")).Succeeds().Contains("exec.cachemount").Contains("cached mount kept");
        (await stage.Gantry("system df --format '{{.Type}} {{.Size}}'")).Succeeds().Matches("Build Cache [2-9].*MB");
        (await stage.Gantry("builder prune -f --filter type=regular")).Succeeds();
        (await stage.BuildAsync(Dockerfile("test -f /cache/data && echo once more"))).Succeeds();
        (await stage.Gantry("builder prune -f --filter type=exec.cachemount")).Succeeds().Matches("Total reclaimed space: 2.*MB|Total:\\s+2.*MB");
        (await stage.Gantry("builder du --verbose")).Succeeds().Lacks("exec.cachemount");
        (await stage.BuildAsync(Dockerfile("test ! -e /cache/data"))).Succeeds();
    }

    [Theory]
    [InlineData("shared")]
    [InlineData("locked")]
    [InlineData("private")]
    public async Task It_stays_while_a_step_has_it(string sharing)
    {
        await using var stage = await BuildStage.CreateAsync();
        (await stage.BuildAsync(Dockerfile("touch /cache/data", sharing))).Succeeds();
        stage.Write("Dockerfile", Dockerfile("touch /cache/begun; while [ ! -e /cache/go ]; do sleep 0.1; done; test -f /cache/data", sharing));
        using var build = stage.Start($"build --progress plain {stage.Directory}");
        var mounts = Path.Combine(stage.Engine.DataRoot, "build", "mounts");
        for (var attempt = 0; attempt < 200 && !Begun().Any(); attempt++) await Task.Delay(50, TestContext.Current.CancellationToken);
        (await stage.Gantry("builder prune -af")).Succeeds();
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(Begun().Single())!, "go"), "", TestContext.Current.CancellationToken);
        await build.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, build.ExitCode);
        (await stage.Gantry("builder prune -af")).Succeeds();
        Assert.Empty(Directory.GetDirectories(mounts));

        IEnumerable<string> Begun() => Directory.GetFiles(mounts, "begun", SearchOption.AllDirectories);
    }
}
