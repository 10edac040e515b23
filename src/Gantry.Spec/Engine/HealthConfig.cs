using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>How to check a container's health. Durations are nanoseconds; 0 means inherit.</summary>
public sealed record HealthConfig
{
    /// <summary><c>[]</c> inherit, <c>["NONE"]</c> none, <c>["CMD", …]</c> or <c>["CMD-SHELL", command]</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string[]? Test { get; init => field = value is { Length: 0 } ? null : value; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Interval { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Timeout { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long StartPeriod { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long StartInterval { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Retries { get; init; }
}
