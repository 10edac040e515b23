using Gantry.SystemTests.Faults;

namespace Gantry.SystemTests.Builds;

public sealed class ShownContextTests
{
    [Fact]
    public async Task A_context_that_is_needed_is_a_step_with_what_came_of_it()
    {
        await using var stage = await BuildStage.CreateAsync();
        stage.Write("file", new string('x', 2000));
        (await stage.BuildAsync("FROM busybox\nCOPY file /\n")).Succeeds().SaysSomewhere("[internal] load build context").SaysSomewhere("transferring context: 2.03kB");
        (await stage.Gantry($"build --progress plain {stage.Directory}")).Succeeds().SaysSomewhere("transferring context: 0B");
        (await stage.BuildAsync("FROM busybox\nRUN true\n")).Succeeds().SaysNowhere("load build context");
        var other = Path.Combine(stage.Engine.DataRoot, "..", "other");
        Directory.CreateDirectory(other);
        await File.WriteAllTextAsync(Path.Combine(other, "named"), "y", TestContext.Current.CancellationToken);
        (await stage.Gantry($"build --progress plain --build-context more={other} {stage.Context("FROM busybox\nCOPY --from=more named /\n")}")).Succeeds()
            .SaysSomewhere("[context more] load from client").SaysSomewhere("transferring context: 1B");
        (await stage.BuildAsync("FROM busybox\nRUN exit 3\nCOPY file /\n")).Exits(1).SaysSomewhere("exit code: 3");
    }
}
