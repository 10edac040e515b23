using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>What only reads prints the same, byte for byte, with both command lines on the same engine, while nothing else changes it.</summary>
[Collection(Alone)]
public sealed class ParityTests(World world)
{
    internal const string Alone = "alone with the engines";

    private static readonly string[] Lines =
    [
        "ps -a --filter name={0}", "ps -aq --filter name={0}", "ps -a --no-trunc --filter name={0}", "ps -as --filter name={0}",
        "ps -a --filter name={0} --format json", "ps -a --filter name={0} --format '{{{{.ID}}}} {{{{.Image}}}} {{{{.Command}}}} {{{{.Ports}}}} {{{{.Labels}}}} {{{{.Mounts}}}} {{{{.Networks}}}} {{{{.State}}}} {{{{.LocalVolumes}}}}'",
        "ps -a --filter name={0} --format 'table {{{{.Names}}}}\t{{{{.Image}}}}\t{{{{.State}}}}'", "ps -a --filter name={0} --format '{{{{.Label \"a\"}}}}'",
        "ps --last 0", "container ls --filter name={0}", "images busybox", "images -q busybox", "images --no-trunc busybox", "images --digests busybox",
        "images --format json busybox", "images --format '{{{{.ID}}}} {{{{.Repository}}}} {{{{.Tag}}}} {{{{.Digest}}}} {{{{.Size}}}}' busybox", "images --filter reference=busy*:latest",
        "inspect {0}", "inspect -f '{{{{json .Config}}}}' {0}", "inspect -f '{{{{.Name}}}} {{{{.State.Status | upper}}}} {{{{len .Mounts}}}}' {0}",
        "inspect -f '{{{{range $k, $v := .Config.Labels}}}}{{{{$k}}}}={{{{$v}}}};{{{{end}}}}' {0}", "inspect -f '{{{{index .Config.Env 0}}}}' {0}",
        "inspect -f '{{{{if .State.Running}}}}up{{{{else}}}}down{{{{end}}}}' {0}", "inspect -f '{{{{join .Config.Cmd \",\"}}}}' {0}", "inspect -f '{{{{printf \"%q %d\" .Name .State.ExitCode}}}}' {0}",
        "inspect -f '{{{{.Nonsense}}}}' {0}", "inspect -s {0}", "inspect --type container {0}", "inspect nothing-here", "inspect {0} nothing-here",
        "image inspect busybox", "image inspect nothing-here", "history busybox", "history --no-trunc -q busybox", "history --format json busybox",
        "logs {0}", "logs -t {0}", "logs --tail 1 {0}", "logs nothing-here", "top {0}", "port {0}", "diff nothing-here",
        "version --format '{{{{.Server.APIVersion}}}} {{{{.Server.Os}}}}'", "info --format '{{{{.ID}}}} {{{{.Driver}}}} {{{{json .Plugins.Log}}}}'",
        "ps -aq --no-trunc --format json --filter name={0}", "images --format raw busybox", "images -q --format raw busybox", "images --format '{{{{.Nonsense}}}}'", "images --format '{{{{'",
        "network ls", "network ls -q --no-trunc", "network ls --format json", "network ls --format '{{{{.Nonsense}}}}'", "network inspect none", "volume ls --format json", "volume ls --format '{{{{.Nonsense}}}}'",
        "history --format '{{{{.Nonsense}}}}' busybox", "system df --format '{{{{.Type}}}} {{{{.TotalCount}}}}'", "system df --format '{{{{.Nonsense}}}}'", "stats --no-stream --format '{{{{.Name}}}} {{{{.PIDs}}}}' {0}", "stats --no-stream nothing-here",
        "info --format '{{{{.ClientInfo.Context}}}} {{{{.ClientInfo.Debug}}}}'", "inspect --type plugin nothing-here", "port {0} x/y", "update {0}", "update nothing-here --restart no", "-l nonsense ps", "cp", "events --filter nonsense=1 --since 1s --until 0s",
        "ps --filter nonsense=1", "ps --filter status=nonsense", "ps --nonsense", "ps extra", "rm nothing-here", "start nothing-here", "rmi nothing-here", "exec nothing-here true",
        "run", "create", "rename a", "kill -s NONSENSE {0}", "run -m lots busybox", "run --rm --restart always busybox", "pull UPPER", "tag busybox", "events --since nonsense",
    ];

    [Theory]
    [InlineData("gantryd")]
    [InlineData("dockerd")]
    public async Task Both_command_lines_print_the_same(string engineName)
    {
        var engine = await world.EngineAsync(engineName);
        await using var docker = new Stage(world, engine, "docker");
        await using var gantry = new Stage(world, engine, "gantry");
        var name = docker.Name("parity");
        (await docker.Run($"run -d --name {name} --label a=b --label c=d -e K=V -v {docker.Directory}:/m:ro --network none busybox sh -c 'echo one; echo two; exec sleep 1000'")).Succeeds();
        // Digits in names are numbers where names are sorted.
        foreach (var number in (int[])[9, 70, 100]) (await docker.Run($"volume create {name}-{number}c")).Succeeds();
        List<string> differences = [];
        foreach (var template in Lines)
        {
            var line = template.Contains("{0}", StringComparison.Ordinal) || template.Contains("{{{{", StringComparison.Ordinal)
                ? template.Replace("{0}", name, StringComparison.Ordinal).Replace("{{{{", "{{", StringComparison.Ordinal).Replace("}}}}", "}}", StringComparison.Ordinal) : template;
            var (wanted, got) = await CompareAsync(docker, gantry, line);
            if (!AreAlike(wanted, got))
            {
                if (ParityDifferences.Contains(template)) continue;
                differences.Add($"{line}\n  docker: {wanted.ExitCode} {Cut(wanted)}\n  gantry: {got.ExitCode} {Cut(got)}");
            }
        }

        if (differences.Count > 0)
        {
            throw new CommandException($"{differences.Count} of {Lines.Length} differ on {engineName}:\n" + string.Join('\n', differences));
        }
    }

    /// <summary>Time goes on from one answer to the next ("Up 3 seconds"): what differs is asked again.</summary>
    private static async Task<(CommandResult Docker, CommandResult Gantry)> CompareAsync(Stage docker, Stage gantry, string line)
    {
        const int attempts = 8;
        for (var attempt = 1; ; attempt++)
        {
            var (before, got, after) = (await docker.Run(line), await gantry.Run(line), await docker.Run(line));
            if (AreAlike(after, got) || attempt == attempts) return (after, got);
            if (AreAlike(before, got)) return (before, got);
        }
    }

    private static bool AreAlike(CommandResult wanted, CommandResult got) =>
        wanted.Out == got.Out && wanted.ExitCode == got.ExitCode && (wanted.Error.Length > 0) == (got.Error.Length > 0);

    private static IReadOnlyCollection<string> ParityDifferences => [.. Differences.Listed("Both_command_lines_print_the_same")];

    private static string Cut(CommandResult result)
    {
        var text = (result.Out + result.Error).ReplaceLineEndings("\\n");
        return text.Length > 600 ? text[..600] + "…" : text;
    }
}

[CollectionDefinition(ParityTests.Alone, DisableParallelization = true)]
public sealed class TestsAloneWithTheEngines;
