using Gantry.Linux.Cgroups;
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

    public static IReadOnlyList<DeviceRule> Of(IReadOnlyList<DeviceCgroupSpec> devices)
    {
        List<DeviceRule> rules = [];
        foreach (var device in devices)
        {
            var type = device.Type switch
            {
                null or "" or "a" => 'a',
                "b" => 'b',
                "c" or "u" => 'c',
                _ => throw new InvalidArgumentException($"linux.resources.devices: type {device.Type} is none of a, b, c"),
            };
            var access = device.Access is { Length: > 0 } given ? given : "rwm";
            if (access.AsSpan().ContainsAnyExcept("rwm"))
            {
                throw new InvalidArgumentException($"linux.resources.devices: access {access} is not made of r, w and m");
            }

            rules.Add(new(device.Allow, type, Number(device.Major), Number(device.Minor), access));
        }

        // Where nothing is denied nothing needs to be allowed.
        return rules.Exists(r => !r.Allow) ? [.. rules, .. Always] : rules;
    }

    private static uint? Number(long? number) => number is >= 0 ? (uint)number : null;
}
