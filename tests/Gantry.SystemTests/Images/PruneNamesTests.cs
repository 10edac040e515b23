using Gantry.SystemTests.Faults;

namespace Gantry.SystemTests.Images;

/// <summary>What <c>image prune -a</c> leaves of an image that has containers.</summary>
public sealed class PruneNamesTests
{
    [Fact]
    public async Task Names_by_which_containers_were_made_stay_and_no_others()
    {
        await using var stage = await BuildStage.CreateAsync();
        foreach (var name in (string[])["busybox:a", "busybox:b", "other:z"]) (await stage.Gantry($"tag busybox {name}")).Succeeds();
        (await stage.Gantry("create --name one busybox:a true")).Succeeds();
        (await stage.Gantry("image prune -af")).Succeeds().Contains("untagged: busybox:b").Contains("untagged: other:z").Contains("untagged: busybox:latest").Lacks("deleted:");
        Assert.Equal(["busybox:a"], await NamesAsync(stage));
        var id = (await stage.Gantry("inspect -f {{.Id}} busybox:a")).Succeeds().Text;
        (await stage.Gantry("rm one")).Succeeds();
        (await stage.Gantry("tag busybox:a other:y")).Succeeds();
        (await stage.Gantry($"create --name two {id} true")).Succeeds();
        (await stage.Gantry("image prune -af")).Succeeds();
        // Made by the id: the last name stays.
        Assert.Equal(["other:y"], await NamesAsync(stage));
        (await stage.Gantry("rm two")).Succeeds();
        (await stage.Gantry("image prune -af")).Succeeds().Contains("deleted:");
        Assert.Empty(await NamesAsync(stage));
    }

    private static async Task<string[]> NamesAsync(BuildStage stage) =>
        (await stage.Gantry("images --format {{.Repository}}:{{.Tag}}")).Succeeds().Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
