using System.Text.Json;

namespace Gantry.Spec.Templates;

/// <summary>
/// Objects of inspect that Docker's program knows as structs: a template prints these by their fields' order and without their
/// names. Told apart by their members, since JSON does not say what it was.
/// </summary>
internal static class GoShapes
{
    private const string Map = "map[]";

    /// <param name="Required">Members by which it is known.</param>
    /// <param name="Fields">All, in their order, with what stands for one that is missing.</param>
    private sealed record Shape(string[] Required, (string Name, string Zero)[] Fields);

    private static readonly Shape[] All =
    [
        new(["HostIp", "HostPort"], [("HostIp", ""), ("HostPort", "")]),
        new(["Type", "Destination", "RW"], [("Type", ""), ("Name", ""), ("Source", ""), ("Destination", ""), ("Driver", ""), ("Mode", ""), ("RW", "false"), ("Propagation", "")]),
        new(["Status", "Running", "OOMKilled"],
        [
            ("Status", ""), ("Running", "false"), ("Paused", "false"), ("Restarting", "false"), ("OOMKilled", "false"), ("Dead", "false"), ("Pid", "0"), ("ExitCode", "0"), ("Error", ""),
            ("StartedAt", ""), ("FinishedAt", ""), ("Health", "<nil>"),
        ]),
        new(["Name", "MaximumRetryCount"], [("Name", ""), ("MaximumRetryCount", "0")]),
        new(["Type", "Config"], [("Type", ""), ("Config", Map)]),
        new(["Data", "Name"], [("Data", Map), ("Name", "")]),
        new(["Driver", "Config"], [("Driver", ""), ("Options", Map), ("Config", "[]")]),
        new(["Subnet"], [("Subnet", ""), ("IPRange", ""), ("Gateway", ""), ("AuxiliaryAddresses", Map)]),
        new(["EndpointID", "IPv4Address"], [("Name", ""), ("EndpointID", ""), ("MacAddress", ""), ("IPv4Address", ""), ("IPv6Address", "")]),
    ];

    /// <summary>The text of an object that is one of these; null for another.</summary>
    public static string? Print(JsonElement value)
    {
        if (value.EnumerateObject().Any() && value.EnumerateObject().All(member => IsPort(member.Name)))
        {
            return $"map[{string.Join(' ', value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal).Select(member => $"{member.Name}:{PrintPort(member.Value)}"))}]";
        }

        var shape = Array.Find(All, shape => Array.TrueForAll(shape.Required, name => value.TryGetProperty(name, out _))
            && value.EnumerateObject().All(member => Array.Exists(shape.Fields, field => field.Name == member.Name)));
        return shape is null ? null : $"{{{string.Join(' ', shape.Fields.Select(field => Print(value, field.Name, field.Zero)))}}}";
    }

    private static string Print(JsonElement value, string name, string zero) =>
        value.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? Values.Print(Values.From(member)) : zero;

    private static bool IsPort(string key) => key.Length > 0 && char.IsAsciiDigit(key[0]) && (key.EndsWith("/tcp", StringComparison.Ordinal) || key.EndsWith("/udp", StringComparison.Ordinal) || key.EndsWith("/sctp", StringComparison.Ordinal));

    /// <summary>A list of bindings that is not there is an empty list; what only stands in a set of ports is a struct without members.</summary>
    private static string PrintPort(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "[]",
        JsonValueKind.Object => "{}",
        _ => Values.Print(Values.From(value)),
    };
}
