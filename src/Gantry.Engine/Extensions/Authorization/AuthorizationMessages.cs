using System.Text.Json.Serialization;

namespace Gantry.Engine.Extensions.Authorization;

/// <summary>A request to the API, or its answer where there is a status, as an authorization plug-in judges it. Names are the wire's.</summary>
public sealed record AuthorizationRequest
{
    /// <summary>The common name of the client's certificate.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? User { get; init; }

    /// <summary><c>TLS</c> where there is a user.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? UserAuthNMethod { get; init; }

    public required string RequestMethod { get; init; }

    /// <summary>Path and query.</summary>
    public required string RequestUri { get; init; }

    /// <summary>Of requests in JSON; null for others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public byte[]? RequestBody { get; init; }

    public required IReadOnlyDictionary<string, string> RequestHeaders { get; init; }

    /// <summary>Each in PEM.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public byte[][]? RequestPeerCertificates { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int ResponseStatusCode { get; init; }

    /// <summary>Of answers in JSON that are held back until they are judged; null for others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public byte[]? ResponseBody { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? ResponseHeaders { get; init; }
}

internal sealed record AuthorizationAnswer : IPluginAnswer
{
    public bool Allow { get; init; }

    public string? Msg { get; init; }

    public string? Err { get; init; }
}

[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(AuthorizationRequest))]
[JsonSerializable(typeof(AuthorizationAnswer))]
internal sealed partial class AuthorizationJson : JsonSerializerContext;
