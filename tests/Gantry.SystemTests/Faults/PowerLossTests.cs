using Gantry.Images.Records;

namespace Gantry.SystemTests.Faults;

/// <summary>The machine stops before layers are written through to the disk: what is in their directories is anything.</summary>
public sealed class PowerLossTests
{
    [Fact]
    public async Task Layers_that_were_not_on_the_disk_are_made_again()
    {
        await using var stage = await BuildStage.CreateAsync();
        stage.Write("file", "content");
        (await stage.Gantry($"build -t built {stage.Context("FROM busybox\nRUN mkdir /made && echo made > /made/it && rm /bin/vi\nCOPY . /copied\n")}")).Succeeds();
        (await stage.Gantry("run --name kept --network none built sh -c 'echo own > /own'")).Succeeds();
        var before = await ListAsync(stage);
        await LosePowerAsync(stage);
        await stage.Engine.StartAsync();
        Assert.Equal(before, await ListAsync(stage));
        (await stage.Gantry("start -a kept")).Succeeds();
        (await stage.Gantry("cp kept:/own -")).Succeeds();
        (await stage.Gantry("run --rm --network none built cat /made/it /copied/file")).Succeeds().Prints("made\ncontent");
        (await stage.Gantry($"build -t built {stage.Directory}")).Succeeds();
        (await stage.Gantry("rm kept")).Succeeds();
        await stage.IsEmptyAfterPruneAsync();
    }

    [Fact]
    public async Task A_layer_that_cannot_be_made_again_keeps_no_other_from_it()
    {
        await using var stage = await BuildStage.CreateAsync();
        (await stage.Gantry($"build -t one {stage.Context("FROM busybox\nRUN echo one > /one\n")}")).Succeeds();
        (await stage.Gantry($"build -t two {stage.Context("FROM busybox\nRUN echo two > /two\n")}")).Succeeds();
        var layer = (await stage.Gantry("inspect -f '{{index .RootFS.Layers 1}}' one")).Succeeds().Text;
        var blob = Path.Combine(stage.Engine.DataRoot, "content", "blobs", "sha256", layer["sha256:".Length..]);
        await LosePowerAsync(stage);
        File.Move(blob, blob + "-away");
        await stage.Engine.StartAsync();
        Assert.Contains("cannot be made again", stage.Engine.Log(), StringComparison.Ordinal);
        (await stage.Gantry("run --rm --network none two cat /two")).Succeeds().Prints("two");
        Assert.NotEqual(0, (await stage.Gantry("run --rm --network none one cat /one")).ExitCode);
        await stage.Engine.KillAsync();
        File.Move(blob + "-away", blob);
        await stage.Engine.StartAsync();
        (await stage.Gantry("run --rm --network none one cat /one")).Succeeds().Prints("one");
    }

    private static async Task<string> ListAsync(BuildStage stage) =>
        (await stage.Gantry("run --rm --network none built sh -c 'find /bin /made /copied -type f | sort | xargs md5sum; find /bin /made /copied | sort | xargs stat -c \"%n %a %u %Y\"'")).Succeeds().Text;

    private static async Task LosePowerAsync(BuildStage stage)
    {
        await stage.Engine.KillAsync();
        using (var database = Database.Open(Path.Combine(stage.Engine.DataRoot, "gantry.db")))
        {
            database.Write(r => r.Execute("UPDATE layers SET boot='of another start'"));
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(stage.Engine.DataRoot, "layers"), "*", SearchOption.AllDirectories))
        {
            File.Delete(file);
        }
    }
}
