using Gantry.SystemTests.Faults;

namespace Gantry.SystemTests.Builds;

/// <summary>What was built on one machine, on another: nothing but a directory is common to both.</summary>
public sealed class TwoMachinesTests
{
    private const string Dockerfile = """
        FROM busybox AS builder
        WORKDIR /src
        COPY input .
        RUN --mount=type=cache,target=/cache,id=numbers cat /proc/sys/kernel/random/uuid >> /cache/log; cp /cache/log .; tr a-z A-Z < input > output
        FROM busybox
        RUN cat /proc/sys/kernel/random/uuid > /once
        COPY --from=builder /src/output /
        """;

    [Fact]
    public async Task A_cache_that_is_a_directory_saves_the_work()
    {
        await using var first = await BuildStage.CreateAsync();
        await using var second = await BuildStage.CreateAsync();
        var cache = Path.Combine(first.Engine.Home, "cache");
        foreach (var stage in (BuildStage[])[first, second]) stage.Write("input", "words");
        (await first.Gantry($"build -t made --cache-to type=local,dest={cache},mode=max,mounts=true {first.Context(Dockerfile)}")).Succeeds();
        var built = (await second.Gantry($"build --progress plain -t made --cache-from type=local,src={cache} {second.Context(Dockerfile)}")).Succeeds().Says("importing cache manifest from").Says("CACHED");
        Assert.DoesNotContain("RUN cat /proc/sys/kernel/random/uuid > /once\n#5 DONE", built.Error, StringComparison.Ordinal);
        var id = (await first.Gantry("inspect -f {{.Id}} made")).Succeeds().Text;
        (await second.Gantry("inspect -f {{.Id}} made")).Succeeds().Prints(id);

        // Another step of the stage that was not wanted before begins with what the cache mount had there.
        var log = (await first.Gantry($"build -q --target builder -t log {first.Directory}")).Succeeds();
        var changed = Dockerfile.Replace("tr a-z A-Z", "tr A-Z a-z", StringComparison.Ordinal);
        (await second.Gantry($"build -q --target builder -t log --cache-from type=local,src={cache} {second.Context(changed)}")).Succeeds();
        var before = (await first.Gantry("run --rm --network none log cat log")).Succeeds().Lines;
        var after = (await second.Gantry("run --rm --network none log cat log")).Succeeds().Lines;
        Assert.Equal(before, after[..^1]);
        Assert.NotEmpty(log.Text);

        (await second.Gantry("rmi -f made log")).Succeeds();
        await second.IsEmptyAfterPruneAsync();
    }

    [Fact]
    public async Task A_damaged_cache_is_not_believed()
    {
        await using var stage = await BuildStage.CreateAsync();
        var cache = Path.Combine(stage.Engine.Home, "cache");
        stage.Write("input", "words");
        (await stage.Gantry($"build -t made --cache-to type=local,dest={cache} {stage.Context(Dockerfile)}")).Succeeds();
        var id = (await stage.Gantry("inspect -f {{.Id}} made")).Succeeds().Text;
        (await stage.Gantry("rmi made")).Succeeds();
        await stage.IsEmptyAfterPruneAsync();
        foreach (var blob in Directory.GetFiles(Path.Combine(cache, "blobs", "sha256")).Where(path => new FileInfo(path).Length > 1024))
        {
            var bytes = await File.ReadAllBytesAsync(blob, TestContext.Current.CancellationToken);
            if (bytes[0] == (byte)'{') continue;
            bytes[600] ^= 1;
            await File.WriteAllBytesAsync(blob, bytes, TestContext.Current.CancellationToken);
        }

        (await stage.Gantry($"load -q -i {Path.Combine(Infrastructure.Programs.Cache, "busybox.tar")}")).Succeeds();
        (await stage.Gantry($"build -t made --cache-from type=local,src={cache} {stage.Directory}")).Succeeds();
        Assert.NotEqual(id, (await stage.Gantry("inspect -f {{.Id}} made")).Succeeds().Text);
        (await stage.Gantry($"build --cache-from type=local,src={cache}/nowhere {stage.Directory}")).Succeeds().Says("could not read");
    }

    [Fact]
    public async Task A_time_that_is_given_gives_the_same_image()
    {
        await using var first = await BuildStage.CreateAsync();
        await using var second = await BuildStage.CreateAsync();
        var ids = new List<string>();
        foreach (var stage in (BuildStage[])[first, second])
        {
            stage.Write("input", "words");
            var context = stage.Context("""
                FROM busybox
                WORKDIR /made
                COPY input .
                RUN mkdir dir && echo x > dir/file && ln -s file dir/link
                """);
            (await stage.Gantry($"build --build-arg SOURCE_DATE_EPOCH=1700000000 --output type=image,name=made,rewrite-timestamp=true {context}")).Succeeds();
            ids.Add((await stage.Gantry("inspect -f '{{.Id}} {{.Created}}' made")).Succeeds().Text);
            (await stage.Gantry("run --rm --network none made stat -c %Y /made/dir/file /made/dir /made/input")).Succeeds().Prints("1700000000\n1700000000\n1700000000");
            await Task.Delay(1100, TestContext.Current.CancellationToken);
        }

        Assert.Equal(ids[0], ids[1]);
        Assert.EndsWith(" 2023-11-14T22:13:20.0000000Z", ids[0], StringComparison.Ordinal);
    }
}
