using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.Bench;

/// <summary>A project of ten services in five chains of two, brought up, brought up again and taken down.</summary>
internal sealed partial class Suite
{
    private const int Chains = 5;

    /// <summary>Docker Compose: of Debian 12 it is the one in Python; GANTRY_BENCH_COMPOSE names another.</summary>
    private static string? DockerCompose => Environment.GetEnvironmentVariable("GANTRY_BENCH_COMPOSE") ?? Programs.Find("docker-compose");

    private async Task ComposeAsync()
    {
        if (DockerCompose is null) throw new CommandException("needs docker-compose (./test.sh installs it)");
        var file = await ProjectAsync();
        Dictionary<(string Part, string Subject), List<double>> times = [];
        for (var round = 0; round < rounds; round++)
        {
            foreach (var subject in subjects)
            {
                var compose = subject.Name == "Docker" ? $"env DOCKER_HOST={subject.Engine.Address} {DockerCompose}" : $"env GANTRY_HOST={subject.Engine.Address} {subject.Client} compose";
                foreach (var (part, line) in new[] { ("up -d", "up -d"), ("up -d with nothing to do", "up -d"), ("down", "down") })
                {
                    var clock = Stopwatch.StartNew();
                    await ShellAsync($"{compose} -f {file} -p bench {line}");
                    if (!times.TryGetValue((part, subject.Name), out var list)) times[(part, subject.Name)] = list = [];
                    list.Add(clock.Elapsed.TotalMilliseconds);
                }
            }
        }

        foreach (var part in (string[])["up -d", "up -d with nothing to do", "down"])
        {
            foreach (var subject in subjects)
            {
                var list = times[(part, subject.Name)];
                report.Add($"`compose {part}`, {2 * Chains} services in {Chains} chains", subject.Name, list.Order().ElementAt(list.Count / 2), "ms", "1/4 of Docker", 0.25);
            }
        }
    }

    private async Task<string> ProjectAsync()
    {
        var text = new StringBuilder("services:\n");
        for (var i = 0; i < Chains; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  a{i}: {{ image: busybox, command: sleep 1000, stop_signal: SIGKILL }}\n");
            text.Append(CultureInfo.InvariantCulture, $"  b{i}: {{ image: busybox, command: sleep 1000, stop_signal: SIGKILL, depends_on: [a{i}] }}\n");
        }

        var directory = Directory.CreateDirectory(Path.Combine(sandbox.Root, "project")).FullName;
        var file = Path.Combine(directory, "docker-compose.yml");
        await File.WriteAllTextAsync(file, text.ToString());
        return file;
    }
}
