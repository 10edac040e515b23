using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>One entry of <c>GET /images/{name}/history</c>, newest first.</summary>
public sealed record ImageHistoryItem
{
    public string Comment { get; init => field = value ?? ""; } = "";

    /// <summary>Unix seconds.</summary>
    public long Created { get; init; }

    public string CreatedBy { get; init => field = value ?? ""; } = "";

    /// <summary>The image's id for the newest entry, else <c>&lt;missing&gt;</c>.</summary>
    public string Id { get; init => field = value ?? "<missing>"; } = "<missing>";

    public long Size { get; init; }

    public string[]? Tags { get; init; }
}

/// <summary>One step of <c>DELETE /images/{name}</c>.</summary>
public sealed record ImageDeleteItem
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Deleted { get; init => field = Empty.ToNull(value); }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Untagged { get; init => field = Empty.ToNull(value); }
}
