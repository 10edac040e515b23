using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.Bench;

/// <summary>What is measured. Each part leaves the engines as it found them.</summary>
internal sealed partial class Suite(Sandbox sandbox, Registry registry, IReadOnlyList<Subject> subjects, Report report, int rounds)
{
    private const int Many = 100;
    private readonly Stopwatchers _timing = new(sandbox, rounds);

    public IReadOnlyList<(string Name, Func<Task> Part)> Parts =>
    [
        ("version", () => TimedAsync("`version`", "half of Docker", 0.5, s => s.Command("version"))),
        ("run bridge", () => TimedAsync("`run --rm busybox true`", "1/10 of Docker", 0.1, s => s.Command("run --rm busybox true"))),
        ("run none", () => TimedAsync("`run --rm --network none busybox true`", "1/10 of Docker", 0.1, s => s.Command("run --rm --network none busybox true"))),
        ("run host", () => TimedAsync("`run --rm --network host busybox true`", "1/10 of Docker", 0.1, s => s.Command("run --rm --network host busybox true"))),
        ("exec", ExecAsync),
        ("hundred", HundredAsync),
        ("crowd", CrowdAsync),
        ("throughput", ThroughputAsync),
        ("runtime", RuntimeAsync),
        ("build", BuildAsync),
        ("compose", ComposeAsync),
        ("load", LoadAsync),
        ("pull", PullAsync),
        ("again", PullAgainAsync),
        ("push", PushAsync),
        ("save", SaveAsync),
    ];

    /// <summary>The idle daemons, then the image for all parts; a subject that cannot run a container fails here.</summary>
    public async Task PrepareAsync()
    {
        // Idle is more than a moment.
        await Task.Delay(15000);
        foreach (var subject in subjects) report.Add("daemon, idle, and what waits beside it", subject.Name, ResidentOf(c => IsDaemonOf(subject)(c) || IsCompanionOf(subject)(c)), "MB", "30 MB", limit: 30);
        foreach (var subject in subjects)
        {
            await RunAsync(subject, $"pull -q {Registry.Address}/busybox");
            await RunAsync(subject, $"tag {Registry.Address}/busybox busybox");
            // Who prints nothing is fast: first show that containers run.
            var result = await Command.RunAsync(subject.Client, ["-H", subject.Engine.Address, "run", "--rm", "--network", "none", "busybox", "echo", "ran"]);
            result.Succeeds().Prints("ran");
        }
    }

    private async Task TimedAsync(string what, string goal, double ratio, Func<Subject, string> command)
    {
        var times = await _timing.MeasureAsync(subjects.Select(command).ToArray());
        for (var i = 0; i < subjects.Count; i++) report.Add(what, subjects[i].Name, times[i], "ms", goal, ratio);
    }

    private async Task ExecAsync()
    {
        foreach (var subject in subjects) await RunAsync(subject, "run -d --name bench --network none busybox sleep 1000");
        await TimedAsync("`exec bench true`", "1/8 of Docker", 0.125, s => s.Command("exec bench true"));
        foreach (var subject in subjects) await RunAsync(subject, "rm -f bench");
    }

    private async Task HundredAsync()
    {
        foreach (var subject in subjects)
        {
            var ids = new List<string>();
            for (var i = 0; i < Many; i++)
            {
                ids.Add(await CreateAsync(subject, "none"));
            }

            var clock = Stopwatch.StartNew();
            var starts = await Task.WhenAll(ids.Select(id => subject.Engine.Http.PostAsync(new Uri($"containers/{id}/start", UriKind.Relative), null)));
            clock.Stop();
            if (starts.Any(s => !s.IsSuccessStatusCode)) throw new CommandException($"{subject.Name}: a start failed: {await starts.First(s => !s.IsSuccessStatusCode).Content.ReadAsStringAsync()}");
            report.Add($"start of {Many} containers at once", subject.Name, clock.Elapsed.TotalMilliseconds, "ms", "1/10 of Docker", 0.1);
            while (ids.Count < Crowd)
            {
                ids.Add(await CreateAsync(subject, "none"));
                await StartAsync(subject, ids[^1]);
            }

            await Task.Delay(2000);
            ReportCompanions(subject, "no network");
            report.Add($"daemon with {Crowd} running containers", subject.Name, ResidentOf(IsDaemonOf(subject)), "MB", "less than Docker", 1);
            await RunAsync(subject, "rm -f " + string.Join(' ', ids));
        }
    }

    /// <summary>What waits beside each container of a crowd: as the kernel counts it, and with shared pages shared out among those that have them.</summary>
    private void ReportCompanions(Subject subject, string network)
    {
        report.Add($"beside each of {Crowd} running containers, {network}", subject.Name, ResidentOf(IsCompanionOf(subject)) / Crowd, "MB", "4 MB", limit: 4);
        report.Add($"the same, {network}, with its share of shared pages (PSS)", subject.Name, ResidentOf(IsCompanionOf(subject), "Pss:") / Crowd, "MB", "4 MB", limit: 4);
    }

    private static async Task StartAsync(Subject subject, string id)
    {
        using var started = await subject.Engine.Http.PostAsync(new Uri($"containers/{id}/start", UriKind.Relative), null);
        if (!started.IsSuccessStatusCode) throw new CommandException($"{subject.Name}: {await started.Content.ReadAsStringAsync()}");
    }

    /// <summary>The id of a new container that sleeps.</summary>
    private static async Task<string> CreateAsync(Subject subject, string network)
    {
        using var created = await subject.Engine.Http.PostAsync(new Uri("containers/create", UriKind.Relative), JsonContent.Create(new
        {
            Image = "busybox",
            Cmd = new[] { "sleep", "1000" },
            HostConfig = new { NetworkMode = network },
        }));
        if (!created.IsSuccessStatusCode) throw new CommandException($"{subject.Name}: {await created.Content.ReadAsStringAsync()}");
        return (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("Id").GetString()!;
    }

    private async Task RuntimeAsync()
    {
        var runtimes = new (string Name, string? Path)[] { ("Gantry", Programs.Runtime), ("crun", Programs.Find("crun")), ("runc", Programs.Find("runc")) }
            .Where(r => r.Path is not null && File.Exists(r.Path)).ToArray();
        var bundle = await Bundle.CreateAsync(sandbox);
        var times = await _timing.MeasureAsync(runtimes.Select(r => $"{r.Path} --root {sandbox.Root}/state-{r.Name} run --bundle {bundle} bench-{r.Name}").ToArray());
        for (var i = 0; i < runtimes.Length; i++) report.Add("runtime alone, `run` of `true`", runtimes[i].Name, times[i], "ms", "half of crun", 0.5, against: "crun");
    }

    private async Task LoadAsync()
    {
        var archive = await BigImage.CreateAsync(Path.Combine(sandbox.Root, "big"));
        await InTurnsAsync("`load` of 10 layers, 25,000 files, 250 MB", s => $"load -i {archive}", BigImage.Name);
    }

    private async Task PullAsync()
    {
        var archive = await BigImage.CreateAsync(Path.Combine(sandbox.Root, "big"));
        await registry.FillAsync(archive, BigImage.Name, oci: false);
        await InTurnsAsync("`pull` of the same from a registry on loopback", s => $"pull -q {Registry.Address}/{BigImage.Name}", $"{Registry.Address}/{BigImage.Name}");
    }

    private async Task PullAgainAsync()
    {
        foreach (var subject in subjects) await RunAsync(subject, $"pull -q {Registry.Address}/busybox");
        await TimedAsync("`pull` of what is there", "1/3 of Docker", 1.0 / 3, s => s.Command($"pull -q {Registry.Address}/busybox"));
    }

    /// <summary>To a repository of its own in each round, which has none of the layers.</summary>
    private async Task PushAsync()
    {
        var archive = await BigImage.CreateAsync(Path.Combine(sandbox.Root, "big"));
        Dictionary<string, List<double>> times = subjects.ToDictionary(s => s.Name, _ => new List<double>());
        for (var round = 0; round < 3; round++)
        {
            foreach (var subject in subjects)
            {
                await registry.EmptyAsync();
                var name = $"{Registry.Address}/pushed:latest";
                await RunAsync(subject, $"load -q -i {archive}");
                await RunAsync(subject, $"tag {BigImage.Name} {name}");
                var clock = Stopwatch.StartNew();
                await RunAsync(subject, $"push -q {name}");
                times[subject.Name].Add(clock.Elapsed.TotalMilliseconds);
                await RunAsync(subject, $"rmi {name} {BigImage.Name}");
                await Command.RunAsync("sync", []);
            }
        }

        foreach (var subject in subjects) report.Add("`push` of the same to a registry on loopback", subject.Name, times[subject.Name].Min(), "ms", "1/4 of Docker", 0.25);
    }

    private async Task SaveAsync()
    {
        var archive = await BigImage.CreateAsync(Path.Combine(sandbox.Root, "big"));
        foreach (var subject in subjects) await RunAsync(subject, $"load -q -i {archive}");
        await TimedAsync("`save` of the same to a file", "Docker's time", 1, s => s.Command($"save -o {sandbox.Root}/saved-{s.Name}.tar {BigImage.Name}"));
        foreach (var subject in subjects) await RunAsync(subject, $"rmi {BigImage.Name}");
    }

    private async Task InTurnsAsync(string what, Func<Subject, string> command, string image)
    {
        Dictionary<string, List<double>> times = subjects.ToDictionary(s => s.Name, _ => new List<double>());
        for (var round = 0; round < 3; round++)
        {
            foreach (var subject in subjects)
            {
                var clock = Stopwatch.StartNew();
                await RunAsync(subject, command(subject));
                times[subject.Name].Add(clock.Elapsed.TotalMilliseconds);
                await RunAsync(subject, $"rmi {image}");
                await SettleAsync();
            }
        }

        foreach (var subject in subjects) report.Add(what, subject.Name, times[subject.Name].Min(), "ms", "Docker's time", 1);
    }

    /// <summary>Without a journal ext4 looks past each inode freed in the last five seconds, longer where that is not written yet, for each that it makes (recently_deleted).</summary>
    private static async Task SettleAsync()
    {
        await Command.RunAsync("sync", []);
        await Task.Delay(TimeSpan.FromSeconds(6));
    }

    private static async Task RunAsync(Subject subject, string line) => await OutputAsync(subject, line);

    private static async Task<string> OutputAsync(Subject subject, string line) =>
        (await Command.RunAsync(subject.Client, ["-H", subject.Engine.Address, .. Command.Words(line)], timeout: TimeSpan.FromMinutes(3))).Succeeds().Out;

    // dockerd's containerd is named by its configuration below the same exec root.
    private static Func<string, bool> IsDaemonOf(Subject subject) => command =>
        command.Contains(subject.Engine.ExecRoot, StringComparison.Ordinal) && !command.Contains(subject.Companion, StringComparison.Ordinal)
        && !command.Contains("sandbox.sh", StringComparison.Ordinal) && !command.StartsWith("nsenter", StringComparison.Ordinal);

    private static Func<string, bool> IsCompanionOf(Subject subject) => command =>
        command.Contains(subject.Companion, StringComparison.Ordinal) && command.Contains(subject.Engine.ExecRoot, StringComparison.Ordinal);

    /// <summary>MB resident, of all processes of this machine whose command line is meant.</summary>
    /// <param name="field">Of smaps_rollup (proc_pid_smaps(5)).</param>
    private static double ResidentOf(Func<string, bool> meant, string field = "Rss:")
    {
        double total = 0;
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            try
            {
                if (!char.IsAsciiDigit(Path.GetFileName(directory)[0]) || !meant(File.ReadAllText($"{directory}/cmdline").Replace('\0', ' '))) continue;
                var line = File.ReadLines($"{directory}/smaps_rollup").First(l => l.StartsWith(field, StringComparison.Ordinal));
                total += double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) / 1024;
            }
            catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException)
            {
                // It ended meanwhile.
            }
        }

        return total;
    }
}
