namespace Gantry.SystemTests.Disk;

/// <summary>Past its disk budget gantryd removes what nobody uses, the least recently used first, and says so.</summary>
public sealed class DiskBudgetTests
{
    [Fact]
    public async Task What_was_used_least_recently_goes_first_and_what_is_used_stays()
    {
        // Each image takes about 20 MB extracted and 20 MB as it came.
        await using var stage = await DiskStage.CreateAsync("--disk-budget", "190MB");
        await stage.ImportAsync("held", 20);
        await stage.ImportAsync("first", 20);
        await stage.ImportAsync("second", 20);
        await stage.ImportAsync("third", 20);
        (await stage.Docker("create --name holder held")).Succeeds();
        (await stage.Docker("create --name brief first")).Succeeds();
        (await stage.Docker("rm brief")).Succeeds();
        // When an image was used outlives the daemon.
        await stage.Engine.KillAsync();
        await stage.Engine.StartAsync();
        var second = (await stage.Docker("images -q --no-trunc second")).Succeeds().Text;
        await stage.ImportAsync("fourth", 20);
        Assert.Equal(["first", "fourth", "held", "third"], await ImagesAsync(stage, 4));
        await stage.LogsAsync("disk budget 190MB is passed: image second:latest, last used ");
        // The command line asks up to a whole second: what happened in this one is told in the next.
        await Task.Delay(1100, TestContext.Current.CancellationToken);
        (await stage.Docker($"events --since 5m --until 0s --filter event=delete --filter event=untag --format '{{{{.Action}}}} {{{{.ID}}}}'")).Succeeds().Prints($"untag {second}\ndelete {second}");

        (await stage.Docker("create --name another third")).Succeeds();
        await stage.ImportAsync("fifth", 20);
        Assert.Equal(["fifth", "fourth", "held", "third"], await ImagesAsync(stage, 4));
        await stage.LogsAsync("disk budget 190MB is passed: image first:latest, last used ");
        Assert.True(await stage.DuAsync("") < 190_000_000);
    }

    [Fact]
    public async Task Data_in_use_alone_may_pass_it_and_the_log_says_so()
    {
        await using var stage = await DiskStage.CreateAsync("--disk-budget", "10MB");
        await stage.ImportAsync("held", 20);
        (await stage.Docker("create --name holder held")).Succeeds();
        await stage.LogsAsync("all that is left is in use");
        Assert.Contains("disk budget 10MB is passed by ", stage.Engine.Log(), StringComparison.Ordinal);
        Assert.Equal(["held"], await ImagesAsync(stage, 1));
    }

    /// <summary>The images, once there are so many: what was just made has a moment of grace.</summary>
    private static async Task<string[]> ImagesAsync(DiskStage stage, int count)
    {
        for (var attempt = 0; ; attempt++)
        {
            var images = (await stage.Docker("images --format '{{.Repository}}'")).Succeeds().Lines.Order(StringComparer.Ordinal).ToArray();
            if (images.Length == count || attempt > 300) return images;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
