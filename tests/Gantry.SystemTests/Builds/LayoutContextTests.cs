using Gantry.SystemTests.Faults;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Builds;

/// <summary>Contexts that are OCI layouts (<c>--build-context name=oci-layout://…</c>).</summary>
public sealed class LayoutContextTests
{
    private const string Dockerfile = """
        FROM base
        RUN cat /made /again > /both
        CMD ["cat", "/both"]
        """;

    [Fact]
    public async Task A_stage_begins_with_an_image_of_a_layout_that_no_list_shows()
    {
        await using var stage = await BuildStage.CreateAsync();
        var layout = await LayoutAsync(stage);
        foreach (var suffix in (string[])["", ":1"])
        {
            (await stage.Gantry($"build -q --build-context base=oci-layout://{layout}{suffix} -t it {stage.Context(Dockerfile)}")).Succeeds();
            (await stage.Gantry("run --rm it")).Succeeds().Prints("made\nagain");
        }

        (await stage.Gantry("images -aq")).Succeeds().Matches(@"^\w+\n\w+$");
        (await stage.Gantry($"build --call outline --build-context base=oci-layout://{layout} {stage.Directory}")).Succeeds();
        (await stage.Gantry($"build --build-context base=oci-layout://{layout}:2 {stage.Directory}")).Fails().SaysSomewhere("nothing named 2");
        (await stage.Gantry($"build --build-context base=oci-layout://{layout}@sha256:{new string('0', 64)} {stage.Directory}")).Fails().SaysSomewhere("blobs/sha256/000");
        (await stage.Gantry($"build --build-context base=oci-layout://{layout}/nowhere {stage.Directory}")).Fails().SaysSomewhere("nowhere");
        await stage.IsEmptyAfterPruneAsync();
    }

    [Fact]
    public async Task A_layout_that_lies_or_leads_out_is_refused()
    {
        await using var stage = await BuildStage.CreateAsync();
        var layout = await LayoutAsync(stage);
        (await stage.Gantry("image prune -af")).Succeeds();
        (await stage.Gantry("builder prune -af")).Succeeds();
        var blob = Directory.EnumerateFiles(Path.Combine(layout, "blobs/sha256")).MaxBy(file => new FileInfo(file).Length)!;
        var content = await File.ReadAllBytesAsync(blob, TestContext.Current.CancellationToken);
        content[^1] ^= 1;
        await File.WriteAllBytesAsync(blob, content, TestContext.Current.CancellationToken);
        (await stage.Gantry($"build --build-context base=oci-layout://{layout} {stage.Context(Dockerfile)}")).Fails().SaysSomewhere("corrupted");
        File.Delete(blob);
        File.CreateSymbolicLink(blob, "../../../../../../../../../../../../../../../../etc/passwd");
        (await stage.Gantry($"build --build-context base=oci-layout://{layout} {stage.Directory}")).Fails().SaysSomewhere("the OCI layout has no blobs/sha256/");
        await stage.IsEmptyAfterPruneAsync();
    }

    private static async Task<string> LayoutAsync(BuildStage stage)
    {
        var layout = Path.Combine(stage.Engine.Home, "layout");
        Directory.CreateDirectory(layout);
        (await stage.Gantry($"build -q -o type=oci,dest={layout}.tar -t layout:1 {stage.Context("FROM busybox\nRUN echo made > /made\nRUN echo again > /again\n")}")).Succeeds();
        (await Command.RunAsync("tar", ["xf", $"{layout}.tar", "-C", layout])).Succeeds();
        (await stage.Gantry("builder prune -af")).Succeeds();
        return layout;
    }
}
