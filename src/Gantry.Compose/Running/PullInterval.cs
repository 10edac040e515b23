using System.Globalization;
using System.Text.RegularExpressions;

namespace Gantry.Compose.Running;

/// <summary>Pull policies that ask a registry again after some time: <c>daily</c>, <c>weekly</c>, <c>every_1d12h</c> (spec.md, "pull_policy").</summary>
internal static partial class PullInterval
{
    private const string Every = "every_";

    /// <returns>Null for a policy of another kind.</returns>
    public static TimeSpan? Of(string? policy) => policy switch
    {
        "daily" => TimeSpan.FromDays(1),
        "weekly" => TimeSpan.FromDays(7),
        not null when policy.StartsWith(Every, StringComparison.Ordinal) && Parts().Match(policy, Every.Length) is { Success: true } match => match.Groups["number"].Captures
            .Zip(match.Groups["unit"].Captures, (number, unit) => long.Parse(number.ValueSpan, CultureInfo.InvariantCulture) * Unit(unit.ValueSpan[0]))
            .Aggregate(TimeSpan.Zero, (sum, part) => sum + part),
        _ => null,
    };

    private static TimeSpan Unit(char letter) => letter switch
    {
        'w' => TimeSpan.FromDays(7),
        'd' => TimeSpan.FromDays(1),
        'h' => TimeSpan.FromHours(1),
        'm' => TimeSpan.FromMinutes(1),
        _ => TimeSpan.FromSeconds(1),
    };

    [GeneratedRegex(@"\G(?:(?<number>[0-9]{1,6})(?<unit>[wdhms]))+$")]
    private static partial Regex Parts();
}
