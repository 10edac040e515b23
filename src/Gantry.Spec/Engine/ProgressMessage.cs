using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>One line of the answer to pull, push, load, import and build.</summary>
public sealed record ProgressMessage
{
    [JsonPropertyName("stream"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Stream { get; init => field = Empty.ToNull(value); }

    [JsonPropertyName("status"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Status { get; init => field = Empty.ToNull(value); }

    /// <summary>Docker writes <c>{}</c> here for a status of a layer that has no numbers.</summary>
    [JsonPropertyName("progressDetail"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProgressDetail? ProgressDetail { get; init; }

    /// <summary>The same for people, for clients without a bar of their own.</summary>
    [JsonPropertyName("progress"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Progress { get; init => field = Empty.ToNull(value); }

    [JsonPropertyName("id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init => field = Empty.ToNull(value); }

    [JsonPropertyName("errorDetail"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProgressError? ErrorDetail { get; init; }

    [JsonPropertyName("error"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init => field = Empty.ToNull(value); }

    /// <summary>Something for programs, such as the id of what was built.</summary>
    [JsonPropertyName("aux"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Aux { get; init; }

    /// <summary>The last line of an operation that failed.</summary>
    public static ProgressMessage Failure(string message, int code = 0) =>
        new() { Error = message, ErrorDetail = new ProgressError { Code = code, Message = message } };
}

public sealed record ProgressDetail
{
    private const int Cells = 50;

    [JsonPropertyName("current"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Current { get; init; }

    [JsonPropertyName("total"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Total { get; init; }

    /// <summary>Unix seconds.</summary>
    [JsonPropertyName("start"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Start { get; init; }

    [JsonPropertyName("hidecounts"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HideCounts { get; init; }

    /// <summary>Null: bytes.</summary>
    [JsonPropertyName("units"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Units { get; init => field = Empty.ToNull(value); }

    /// <summary>A bar and the numbers, for people; empty where there is no number.</summary>
    public override string ToString()
    {
        var current = HumanSize.Decimal(Current, 4);
        if (Total <= 0)
        {
            return Current > 0 ? $"{current,8}" : "";
        }

        var done = (int)Math.Clamp(Current * 100 / Total / 2, 0, Cells);
        return $"[{new string('=', done)}>{new string(' ', Cells - done)}] {current,8}" + (Current > Total ? "" : "/" + HumanSize.Decimal(Total, 4));
    }
}

/// <summary>What a tag names at its registry after a push: <c>aux</c> of the last message.</summary>
public sealed record PushResult
{
    public required string Tag { get; init; }

    public required string Digest { get; init; }

    public required long Size { get; init; }
}

/// <summary>A push that sent one manifest because something of its index is missing: <c>aux</c> of a message.</summary>
public sealed record PushedInsteadOfIndex
{
    [JsonPropertyName("manifestPushedInsteadOfIndex")]
    public bool ManifestPushedInsteadOfIndex { get; init; } = true;

    [JsonPropertyName("originalIndex")]
    public required OciDescriptor OriginalIndex { get; init; }

    [JsonPropertyName("selectedManifest")]
    public required OciDescriptor SelectedManifest { get; init; }
}

public sealed record ProgressError
{
    [JsonPropertyName("code"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Code { get; init; }

    [JsonPropertyName("message"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Message { get; init => field = Empty.ToNull(value); }
}
