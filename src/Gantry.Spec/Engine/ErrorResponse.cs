using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>The body of every answer that is an error.</summary>
public sealed record ErrorResponse
{
    [JsonPropertyName("message")]
    public string Message { get; init => field = value ?? ""; } = "";
}
