using System.Text.Json;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Daemon;

/// <summary>The build cache is kept to what <c>builder</c> of daemon.json says, after each build.</summary>
public sealed class BuildCacheTests
{
    [Theory]
    [InlineData("""{"builder":{"gc":{"enabled":true,"defaultKeepStorage":"5MB"}}}""", true)]
    [InlineData("""{"builder":{"gc":{"policy":[{"keepStorage":"5MB","all":true}]}}}""", true)]
    [InlineData("""{"builder":{"gc":{"enabled":false,"defaultKeepStorage":"5MB"}}}""", false)]
    public async Task What_is_beyond_goes_the_oldest_first(string configuration, bool isKept)
    {
        await using var stage = await DaemonStage.CreateAsync(_ => configuration);
        var context = Directory.CreateDirectory(Path.Combine(stage.Sandbox.Root, "context")).FullName;
        for (var number = 1; number <= 3; number++)
        {
            await File.WriteAllTextAsync(Path.Combine(context, "Dockerfile"), $"FROM busybox\nRUN head -c 3000000 /dev/urandom >/file{number}\n", TestContext.Current.CancellationToken);
            (await Command.RunAsync(Programs.Gantry, ["build", "-q", "-t", "built", context], new Dictionary<string, string?> { ["GANTRY_HOST"] = stage.Engine.Address })).Succeeds();
            (await stage.Docker("rmi -f built")).Succeeds();
        }

        var limit = DateTime.UtcNow.AddSeconds(30);
        var steps = await StepsAsync(stage);
        while (isKept && steps.Contains("/file1", StringComparison.Ordinal) && DateTime.UtcNow < limit)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            steps = await StepsAsync(stage);
        }

        Assert.Contains("/file3", steps, StringComparison.Ordinal);
        Assert.Equal(isKept, !steps.Contains("/file1", StringComparison.Ordinal));
    }

    private static async Task<string> StepsAsync(DaemonStage stage)
    {
        var answer = JsonElement.Parse(await stage.Engine.Http.GetStringAsync(new Uri("http://engine/v1.50/system/df?type=build-cache"), TestContext.Current.CancellationToken));
        return string.Join('\n', answer.GetProperty("BuildCache").EnumerateArray().Select(entry => entry.GetProperty("Description").GetString()));
    }
}
