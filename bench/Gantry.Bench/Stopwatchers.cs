using System.Text.Json;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.Bench;

/// <summary>Wall times of commands by hyperfine(1), a few runs of each in turn, again and again.</summary>
internal sealed class Stopwatchers(Sandbox sandbox, int rounds)
{
    private const int RunsPerTurn = 5;

    /// <summary>The median of each command, in ms.</summary>
    public async Task<double[]> MeasureAsync(IReadOnlyList<string> commands)
    {
        var export = Path.Combine(sandbox.Root, "hyperfine.json");
        var times = commands.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            (await sandbox.RunAsync(["hyperfine", "-N", "--warmup", "1", "--runs", $"{RunsPerTurn}", "--export-json", export, .. commands])).Succeeds();
            using var document = JsonDocument.Parse(await File.ReadAllTextAsync(export));
            var results = document.RootElement.GetProperty("results").EnumerateArray().ToArray();
            for (var i = 0; i < commands.Count; i++)
            {
                times[i].AddRange(results[i].GetProperty("times").EnumerateArray().Select(t => t.GetDouble() * 1000));
            }
        }

        return times.Select(Median).ToArray();
    }

    public static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
