using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>differences.md: where a way is known to differ from Docker's command line on Docker's engine, and why.</summary>
internal static class Differences
{
    private static readonly Dictionary<(string Scenario, string Way), string> Known = Read();

    public static string? Reason(string scenario, string way) => Known.GetValueOrDefault((scenario, way));

    /// <summary>What stands in the second column for one scenario.</summary>
    public static IEnumerable<string> Listed(string scenario) => Known.Keys.Where(k => k.Scenario == scenario).Select(k => k.Way);

    private static Dictionary<(string, string), string> Read() =>
        File.ReadLines(Path.Combine(Programs.Repository, "tests", "Gantry.SystemTests", "Scenarios", "differences.md"))
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal) && !l.StartsWith("| Scenario", StringComparison.Ordinal))
            .Select(l => l.Trim('|', ' ').Split(" | "))
            .ToDictionary(c => (c[0].Trim(), c[1].Trim()), c => c[2].Trim());
}
