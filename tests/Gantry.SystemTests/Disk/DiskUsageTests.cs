using System.Globalization;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Disk;

/// <summary>What <c>system df</c> and the prune commands say beside what du(1) counts.</summary>
public sealed class DiskUsageTests
{
    [Fact]
    public async Task System_df_is_within_one_percent_of_du()
    {
        await using var stage = await DiskStage.CreateAsync();
        (await stage.Docker($"pull -q {Registry.Address}/busybox")).Succeeds();
        (await stage.Docker($"tag {Registry.Address}/busybox busybox")).Succeeds();
        (await stage.Docker($"load -q -i {Path.Combine(Programs.Cache, "debian.tar")}")).Succeeds();
        (await stage.Docker("run --name grown --network none debian sh -c 'dd if=/dev/urandom of=/file bs=1M count=8 2>/dev/null; rm -r /usr/share/doc'")).Succeeds();
        (await stage.Docker("commit grown grown")).Succeeds();
        (await stage.Docker("""
            run -d --name writes --network none -v data:/data busybox sh -c '
            dd if=/dev/urandom of=/file bs=1M count=20; dd if=/dev/zero of=/sparse bs=1M count=1 seek=5000; ln /file /again; yes line | head -n 100000;
            mkdir -p /many/a /data/many; for i in $(seq 1500); do echo $i > /many/a/$i; echo $i > /data/many/$i; done; truncate -s 7G /data/hole; touch /done; sleep 1000'
            """)).Succeeds();
        for (var i = 0; i < 300 && (await stage.Docker("exec writes ls /done")).ExitCode != 0; i++) await Task.Delay(100, TestContext.Current.CancellationToken);

        var usage = await stage.DiskUsageAsync();
        Near(await stage.DuAsync("layers", "content"), usage.GetProperty("LayersSize").GetInt64());
        Near(await stage.DuAsync("containers"), usage.GetProperty("Containers").EnumerateArray().Sum(c => c.GetProperty("SizeRw").GetInt64()));
        Near(await stage.DuAsync("volumes"), usage.GetProperty("Volumes").EnumerateArray().Sum(v => v.GetProperty("UsageData").GetProperty("Size").GetInt64()));
        // Each byte of an image is its own or shared with another, and grown shares all of debian's layers.
        var images = usage.GetProperty("Images").EnumerateArray().ToDictionary(i => i.GetProperty("RepoTags").EnumerateArray().Last().GetString()!, i => (Size: i.GetProperty("Size").GetInt64(), Shared: i.GetProperty("SharedSize").GetInt64()));
        Assert.Equal(0, images["busybox:latest"].Shared);
        Assert.Equal(images["debian:latest"].Shared, images["grown:latest"].Shared);
        Near(usage.GetProperty("LayersSize").GetInt64(), images.Values.Sum(i => i.Size - i.Shared) + images["debian:latest"].Shared);
        (await stage.Docker("system df")).Succeeds().Matches(@"Images +3 +2 +[0-9.]+MB").Matches(@"Containers +2 +1 +[0-9.]+MB").Matches(@"Local Volumes +1 +1 +[0-9.]+MB");
    }

    [Theory]
    [InlineData("image prune -a -f")]
    [InlineData("container prune -f")]
    [InlineData("volume prune -a -f")]
    [InlineData("system prune -a -f --volumes")]
    public async Task Pruning_tells_what_it_freed(string command)
    {
        await using var stage = await DiskStage.CreateAsync();
        await stage.ImportAsync("unused", 15);
        (await stage.Docker($"pull -q {Registry.Address}/busybox")).Succeeds();
        (await stage.Docker($"run --network none -v kept:/v -v /anonymous {Registry.Address}/busybox sh -c 'dd if=/dev/urandom of=/f bs=1M count=7; dd if=/dev/urandom of=/v/f bs=1M count=6; dd if=/dev/urandom of=/anonymous/f bs=1M count=5'")).Succeeds();
        if (!command.StartsWith("container", StringComparison.Ordinal) && !command.StartsWith("image", StringComparison.Ordinal)) (await stage.Docker("container prune -f")).Succeeds();
        var before = await stage.DuAsync("layers", "content", "containers", "volumes");
        var said = (await stage.Docker(command)).Succeeds().Lines[^1];
        var freed = before - await stage.DuAsync("layers", "content", "containers", "volumes");
        Assert.StartsWith("Total reclaimed space: ", said, StringComparison.Ordinal);
        Near(freed, (long)(double.Parse(said["Total reclaimed space: ".Length..].TrimEnd('M', 'B'), CultureInfo.InvariantCulture) * 1e6));
        Assert.True(freed > 4_000_000, $"{command} freed {freed} bytes");
    }

    private static void Near(long counted, long said) =>
        Assert.True(Math.Abs(counted - said) <= counted / 100, $"said {said}, counted {counted}");
}
