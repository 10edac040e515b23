using System.Text.RegularExpressions;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>Every command and option that docker's help tells of, ours tells of too, but for those that are refused.</summary>
public sealed partial class OptionParityTests
{
    private static readonly string[] RefusedCommands = ["checkpoint", "config", "node", "plugin", "secret", "service", "stack", "swarm", "trust"];

    private static readonly string[] RefusedOptions =
    [
        "--checkpoint", "--checkpoint-dir", "--kernel-memory", "--cluster", "--availability", "--group", "--limit-bytes", "--required-bytes", "--scope", "--secret", "--sharing",
        "--topology-preferred", "--topology-required", "--type", "--ingress", "--config-only", "--config-from", "--help",
        // Windows only.
        "--cpu-count", "--cpu-percent", "--io-maxbandwidth", "--io-maxiops",
    ];

    [Fact]
    public async Task All_of_docker_s_commands_and_options_are_there()
    {
        Assert.SkipUnless(Programs.Find("docker") is not null, "there is no docker command line to compare with");
        List<string> missing = [];
        foreach (var command in await CommandsAsync(""))
        {
            // Built-in commands of ours take the place of plug-ins.
            if (RefusedCommands.Contains(command) || command is "builder" or "buildx" or "compose" or "build") continue;
            var inner = await CommandsAsync(command);
            if (inner.Count == 0) await CompareAsync(command, missing);
            foreach (var name in inner.Where(name => (command, name) is not ("image", "build"))) await CompareAsync($"{command} {name}", missing);
        }

        Assert.Empty(missing);
    }

    private static async Task CompareAsync(string command, List<string> missing)
    {
        var ours = await HelpAsync(Programs.Gantry, command);
        if (ours.Length == 0) missing.Add(command);
        foreach (Match option in Options().Matches(await HelpAsync("docker", command)))
        {
            var refused = RefusedOptions.Contains(option.Groups["name"].Value) && (command.StartsWith("volume", StringComparison.Ordinal) || command is not ("inspect" or "network create"));
            if (!refused && ours.Length > 0 && !ours.Contains(option.Value.TrimEnd(), StringComparison.Ordinal)) missing.Add($"{command} {option.Value.Trim()}");
        }
    }

    private static async Task<List<string>> CommandsAsync(string group) =>
        [.. Names().Matches(await HelpAsync("docker", group)).Select(match => match.Groups[1].Value)];

    private static async Task<string> HelpAsync(string program, string command)
    {
        var result = await Command.RunAsync(program, [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        return result.ExitCode == 0 ? result.Out : "";
    }

    [GeneratedRegex("^  (?:-\\S, |    )(?<name>--\\S+)", RegexOptions.Multiline)]
    private static partial Regex Options();

    [GeneratedRegex("^  ([a-z][a-z-]*) {2,}\\S", RegexOptions.Multiline)]
    private static partial Regex Names();
}
