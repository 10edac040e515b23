using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>One line of <c>GET /events</c>. The first three are the oldest form, which Docker still fills for containers and images.</summary>
public sealed record EventMessage
{
    [JsonPropertyName("status"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Status { get; init => field = Empty.ToNull(value); }

    [JsonPropertyName("id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init => field = Empty.ToNull(value); }

    [JsonPropertyName("from"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? From { get; init => field = Empty.ToNull(value); }

    public string Type { get; init => field = value ?? ""; } = "";

    public string Action { get; init => field = value ?? ""; } = "";

    public EventActor Actor { get; init => field = value ?? new(); } = new();

    [JsonPropertyName("scope"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Scope { get; init => field = Empty.ToNull(value); }

    /// <summary>Unix seconds.</summary>
    [JsonPropertyName("time"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Time { get; init; }

    [JsonPropertyName("timeNano"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long TimeNano { get; init; }
}

public sealed record EventActor
{
    public string ID { get; init => field = value ?? ""; } = "";

    public Dictionary<string, string>? Attributes { get; init; }
}
