using System.Diagnostics;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.Bench;

/// <summary>A build of 12 steps in 4 stages, of which two sleep a second side by side, with a context of 5,000 files.</summary>
internal sealed partial class Suite
{
    private const int ContextFiles = 5000;
    private const string Dockerfile = """
        FROM busybox AS base
        RUN mkdir -p /src /out && echo {0} > /out/base
        WORKDIR /src

        FROM base AS one
        COPY lib /src/lib
        RUN sleep 1; find /src/lib -type f | wc -l > /out/one

        FROM base AS two
        COPY app /src/app
        RUN sleep 1; find /src/app -type f | wc -l > /out/two

        FROM base
        COPY --from=one /out/one /out/
        COPY --from=two /out/two /out/
        COPY . /all
        RUN find /all -type f | wc -l > /out/all
        RUN cat /out/one /out/two /out/all > /out/sum
        CMD ["cat", "/out/sum"]
        """;

    /// <summary>
    /// Docker's builds go through buildx where <c>docker-buildx</c> is on PATH (bench/newer-docker.sh puts it there), as a user's do;
    /// without it, through the BuildKit client in the command line of the engine's version.
    /// </summary>
    private string BuildCommand(Subject subject, string line)
    {
        if (subject.Name != "Docker") return subject.Command(line);
        if (Programs.Find("docker-buildx") is not { } buildx) return $"env DOCKER_BUILDKIT=1 /usr/bin/docker -H {subject.Engine.Address} {line}";
        var plugins = Path.Combine(sandbox.Root, "docker-config", "cli-plugins");
        if (!Directory.Exists(plugins))
        {
            Directory.CreateDirectory(plugins);
            File.CreateSymbolicLink(Path.Combine(plugins, "docker-buildx"), buildx);
        }

        return $"env DOCKER_CONFIG={Path.GetDirectoryName(plugins)} {subject.Command(line)}";
    }

    private async Task BuildAsync()
    {
        var context = Path.Combine(sandbox.Root, "context");
        Dictionary<(string Part, string Subject), List<double>> times = [];
        var peak = subjects.ToDictionary(subject => subject.Name, _ => 0.0);
        for (var round = 0; round < Math.Min(rounds, 3); round++)
        {
            foreach (var subject in subjects)
            {
                // Cold is what has nothing in common with what was built: ext4 without a journal, as here, makes files slowly for
                // minutes where many were just removed, so nothing is.
                await WriteContextAsync(context, $"{subject.Name} {round}");
                await SettleAsync();
                await BuildAsync(subject, context, "cold", times, peak);
                await BuildAsync(subject, context, "no change", times, peak);
                await File.WriteAllTextAsync(Path.Combine(context, "changing"), $"changed for {subject.Name} in round {round}\n");
                await BuildAsync(subject, context, "one file changed", times, peak);
            }
        }

        foreach (var (part, goal, ratio) in new[] { ("cold", "2/5 of Docker", 0.4), ("no change", "1/5 of Docker", 0.2), ("one file changed", "1/4 of Docker", 0.25) })
        {
            foreach (var subject in subjects) report.Add($"`build` of 12 steps, {ContextFiles} files, {part}", subject.Name, times[(part, subject.Name)].Order().ElementAt(times[(part, subject.Name)].Count / 2), "ms", goal, ratio);
        }

        foreach (var subject in subjects) report.Add("daemon while it builds", subject.Name, peak[subject.Name], "MB", "1/3 of Docker", 1.0 / 3);
    }

    private async Task BuildAsync(Subject subject, string context, string part, Dictionary<(string, string), List<double>> times, Dictionary<string, double> peak)
    {
        var clock = Stopwatch.StartNew();
        var building = ShellAsync(BuildCommand(subject, $"build -q -t built {context}"));
        while (await Task.WhenAny(building, Task.Delay(100)) != building)
        {
            peak[subject.Name] = Math.Max(peak[subject.Name], ResidentOf(IsDaemonOf(subject)));
        }

        await building;
        if (!times.TryGetValue((part, subject.Name), out var list)) times[(part, subject.Name)] = list = [];
        list.Add(clock.Elapsed.TotalMilliseconds);
    }

    private static async Task ShellAsync(string line) => (await Command.RunAsync("sh", ["-c", line], timeout: TimeSpan.FromMinutes(2))).Succeeds();

    /// <summary>All of it is other than it was with other words.</summary>
    private static async Task WriteContextAsync(string context, string words)
    {
        for (var i = 0; i < ContextFiles; i++)
        {
            var directory = Path.Combine(context, i % 2 == 0 ? "lib" : "app", $"d{i / 2 % 50}");
            Directory.CreateDirectory(directory);
            await File.WriteAllTextAsync(Path.Combine(directory, $"f{i}"), $"file {i} of {words}\n" + new string('x', i % 4000));
        }

        await File.WriteAllTextAsync(Path.Combine(context, "Dockerfile"), Dockerfile.Replace("{0}", words, StringComparison.Ordinal));
    }
}
