using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Disk;

/// <summary>
/// Pulls, loads, commits, runs and pushes of images that share layers, beside removals and pruning of the same, while gantryd
/// is killed now and then: whatever is recorded is there, and nothing else.
/// </summary>
public sealed class GarbageTests
{
    private const int Kills = 5;

    /// <summary>What a client may be told when somebody else removes what it works on.</summary>
    private static readonly string[] Expected =
    [
        "No such image", "no such image", "No such container", "not found", "was removed meanwhile", "conflict", "tag does not exist", "does not exist locally", "manifest unknown",
        "is already in use", "already in progress", "is not running", "Unable to find image",
        // Docker's words for a container that was pruned between its making and the attach or start.
        "unable to upgrade to tcp, received 404", "is marked for removal",
        // The daemon that was killed.
        "Cannot connect to the Docker daemon", "unexpected EOF", "EOF", "connection reset", "broken pipe", "connection refused",
    ];

    [Fact]
    public async Task Nothing_used_goes_and_nothing_unused_stays()
    {
        await using var stage = await DiskStage.CreateAsync();
        var debian = $"{Registry.Address}/debian";
        var derived = $"{Registry.Address}/derived";
        (await stage.Docker($"pull -q {debian}")).Succeeds();
        (await stage.Docker($"run --name made --network none {debian} sh -c 'echo made > /made'")).Succeeds();
        (await stage.Docker($"commit made {derived}")).Succeeds();
        (await stage.Docker($"push -q {derived}")).Succeeds();
        (await stage.Docker("rm made")).Succeeds();

        var unexpected = new List<string>();
        using var stop = new CancellationTokenSource();
        string[] loops =
        [
            $"pull -q {debian}", $"pull -q {derived}", $"load -q -i {Path.Combine(Programs.Cache, "debian.tar")}", $"load -q -i {Path.Combine(Programs.Cache, "busybox.tar")}",
            $"rmi -f {debian} {derived}", "rmi -f debian", "image prune -a -f", $"run --rm --network none {derived} cat /made", "run --rm --network none debian true",
            "container prune -f", $"create {derived}", $"push -q {derived}", "system df",
        ];
        var kills = 0;
        var clients = loops.Select((line, i) => LoopAsync(stage, line, new Random(i), unexpected, () => Volatile.Read(ref kills), stop.Token)).ToArray();
        var random = new Random(7);
        for (var kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(random.Next(2000, 6000), TestContext.Current.CancellationToken);
            Interlocked.Increment(ref kills);
            await stage.Engine.KillAsync();
            await stage.Engine.StartAsync();
            // Who began after the first count may have met the dying daemon too.
            Interlocked.Increment(ref kills);
        }

        await Task.Delay(4000, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        if (unexpected.Count > 0) throw new CommandException(string.Join('\n', unexpected) + $"\n--- gantryd's log:\n{stage.Engine.Log()}");

        // A start finishes what was interrupted; then a collection beside nothing else.
        await stage.Engine.KillAsync();
        await stage.Engine.StartAsync();
        await stage.Engine.StopAsync();
        Assert.Empty(DiskRecords.Faults(stage.Engine.DataRoot));
        await stage.Engine.StartAsync();
        (await stage.Docker($"pull -q {derived}")).Succeeds();
        (await stage.Docker($"run --rm --network none {derived} sh -c 'find / -xdev | wc -l && cat /made'")).Succeeds().Contains("made");
        (await stage.Docker("container prune -f")).Succeeds();
        (await stage.Docker("image prune -a -f")).Succeeds();
        await stage.Engine.StopAsync();
        Assert.Empty(DiskRecords.Faults(stage.Engine.DataRoot));
        Assert.Empty(Directory.GetFiles(Path.Combine(stage.Engine.DataRoot, "content"), "*", SearchOption.AllDirectories));
    }

    private static async Task LoopAsync(DiskStage stage, string line, Random random, List<string> unexpected, Func<int> kills, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var before = kills();
            var result = await stage.Docker(line);
            // Whose daemon was killed meanwhile may be told anything.
            if (result.ExitCode != 0 && kills() == before && !Expected.Any(result.Error.Contains))
            {
                lock (unexpected) unexpected.Add($"{line}: {result.Error}");
            }

            await Task.Delay(random.Next(50, 600), CancellationToken.None);
        }
    }
}
