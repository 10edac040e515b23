using Gantry.Linux.Cgroups;
using Gantry.Runtime.Containers;
using Gantry.Spec;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Cgroups;

/// <summary>linux.resources.devices, and after them what every container may use.</summary>
internal static class DeviceRules
{
    private static readonly DeviceRule[] Always =
    [
        new(true, 'c', null, null, "m"),
        new(true, 'b', null, null, "m"),
        new(true, 'c', 1, 3, "rwm"),
        new(true, 'c', 1, 5, "rwm"),
        new(true, 'c', 1, 7, "rwm"),
        new(true, 'c', 1, 8, "rwm"),
        new(true, 'c', 1, 9, "rwm"),
        new(true, 'c', 5, 0, "rwm"),
        new(true, 'c', 5, 2, "rwm"),
        new(true, 'c', 136, null, "rwm"),
    ];

    /// <param name="devices">Checked before (<see cref="Check"/>).</param>
    public static IReadOnlyList<DeviceRule> Of(IReadOnlyList<DeviceCgroupSpec> devices)
    {
        List<DeviceRule> rules = [];
        foreach (var device in devices)
        {
            var type = device.Type switch
            {
                null or "" or "a" => 'a',
                "b" => 'b',
                _ => 'c',
            };
            rules.Add(new(device.Allow, type, Number(device.Major), Number(device.Minor), device.Access is { Length: > 0 } given ? given : "rwm"));
        }

        // Where nothing is denied nothing needs to be allowed.
        return rules.Exists(r => !r.Allow) ? [.. rules, .. Always] : rules;
    }

    public static void Check(DeviceCgroupSpec device, string field)
    {
        if (device.Type is not (null or "" or "a" or "b" or "c" or "u"))
        {
            throw new InvalidArgumentException($"{field}.type: {device.Type} is none of a, b, c");
        }

        DeviceNumbers.CheckMajor(device.Major, $"{field}.major", least: -1);
        DeviceNumbers.CheckMinor(device.Minor, $"{field}.minor", least: -1);
        if (device.Access?.AsSpan().ContainsAnyExcept("rwm") == true)
        {
            throw new InvalidArgumentException($"{field}.access: {device.Access} is not made of r, w and m");
        }
    }

    private static uint? Number(long? number) => number is >= 0 ? (uint)number : null;
}
