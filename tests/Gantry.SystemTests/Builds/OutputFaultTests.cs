using Gantry.SystemTests.Faults;

namespace Gantry.SystemTests.Builds;

/// <summary>What goes wrong with a result on its way to the client, or with what is said of it.</summary>
public sealed class OutputFaultTests
{
    [Theory]
    [InlineData("type=tar,dest={0}/made.tar")]
    [InlineData("type=oci,dest={0}/made.tar")]
    [InlineData("{0}")]
    public async Task A_full_disk_of_the_client_is_told_in_plain_words(string output)
    {
        await using var stage = await BuildStage.CreateAsync();
        var small = Directory.CreateDirectory(Path.Combine(stage.Engine.Home, "small")).FullName;
        var context = stage.Context("FROM busybox\nRUN dd if=/dev/urandom of=/big bs=1M count=8");
        var result = await stage.GantryWithLittleRoomAsync(small, $"build --progress plain -o {string.Format(System.Globalization.CultureInfo.InvariantCulture, output, small)} {context}");
        result.Fails().Says("No space left on device");
        (await stage.Gantry($"build -q {context}")).Succeeds();
        (await stage.Gantry("builder prune -af")).Succeeds();
    }

    [Fact]
    public async Task A_time_that_is_none_is_told_before_anything_is_done()
    {
        await using var stage = await BuildStage.CreateAsync();
        var result = await stage.Gantry($"build --progress plain --build-arg SOURCE_DATE_EPOCH=soon {stage.Context("FROM busybox\nRUN sleep 100")}");
        result.Fails().Says("invalid SOURCE_DATE_EPOCH: soon").SaysNowhere("RUN sleep");
    }
}
