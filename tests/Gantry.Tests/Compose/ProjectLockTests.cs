using Gantry.Cli.Compose;

namespace Gantry.Tests.Compose;

public sealed class ProjectLockTests
{
    [Fact]
    public async Task One_at_a_time_holds_it_and_nothing_is_left()
    {
        const int tasks = 8;
        const int turns = 40;
        var project = $"locked-{Guid.NewGuid():N}";
        var path = "";
        int within = 0, most = 0, all = 0;
        await Task.WhenAll(Enumerable.Range(0, tasks).Select(_ => Task.Run(async () =>
        {
            for (var turn = 0; turn < turns; turn++)
            {
                using var held = await ProjectLock.TakeAsync("engine", project, _ => { }, TestContext.Current.CancellationToken);
                most = Math.Max(most, Interlocked.Increment(ref within));
                all++;
                path = held.FullName;
                await Task.Yield();
                Interlocked.Decrement(ref within);
            }
        })));
        Assert.Equal((1, tasks * turns), (most, all));
        Assert.False(File.Exists(path), path);
    }
}
