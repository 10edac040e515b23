using System.Text.Json;
using System.Text.Json.Serialization;
using Gantry.Engine.Extensions;

namespace Gantry.Engine.Volumes;

// Docker's volume plug-in protocol ("Volume plugin protocol" in Docker's documentation): names and case are the wire's.

internal sealed record PluginRequest
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ID { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string>? Opts { get; init; }
}

/// <summary>All answers in one: each has some of these members.</summary>
internal sealed record PluginAnswer : IPluginAnswer
{
    public string? Err { get; init; }

    public string? Mountpoint { get; init; }

    public PluginVolume? Volume { get; init; }

    public PluginVolume[]? Volumes { get; init; }

    public PluginCapabilities? Capabilities { get; init; }
}

internal sealed record PluginVolume
{
    public string? Name { get; init; }

    public string? Mountpoint { get; init; }

    public string? CreatedAt { get; init; }

    public Dictionary<string, JsonElement>? Status { get; init; }
}

internal sealed record PluginCapabilities
{
    public string? Scope { get; init; }
}

[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(PluginRequest))]
[JsonSerializable(typeof(PluginAnswer))]
internal sealed partial class PluginJson : JsonSerializerContext;
