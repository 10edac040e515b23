using System.Globalization;
using Gantry.Spec;

namespace Gantry.Engine.Bundles;

/// <summary>A line of the device cgroup: <c>c 1:3 rwm</c>; -1 is <c>*</c>.</summary>
internal readonly record struct DeviceRule(char Type, long Major, long Minor, string Access)
{
    /// <summary>What every container may use: making any node, and Docker's harmless devices.</summary>
    public static IReadOnlyList<DeviceRule> Defaults { get; } =
    [
        new('c', -1, -1, "m"), new('b', -1, -1, "m"),
        new('c', 1, 3, "rwm"), new('c', 1, 5, "rwm"), new('c', 1, 7, "rwm"), new('c', 1, 8, "rwm"), new('c', 1, 9, "rwm"),
        new('c', 5, 0, "rwm"), new('c', 5, 1, "rwm"), new('c', 5, 2, "rwm"), new('c', 136, -1, "rwm"),
    ];

    public static DeviceRule Parse(string rule)
    {
        var parts = rule.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts is [['a' or 'b' or 'c'] type, var numbers, var access]
            && numbers.Split(':') is [var major, var minor]
            && TryNumber(major, out var m) && TryNumber(minor, out var n)
            && access.Length is >= 1 and <= 3 && !access.AsSpan().ContainsAnyExcept("rwm".AsSpan())
            ? new(type[0], m, n, access)
            : throw new InvalidArgumentException($"invalid device cgroup rule format: '{rule}'");
    }

    private static bool TryNumber(string text, out long number)
    {
        number = -1;
        return text == "*" || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
