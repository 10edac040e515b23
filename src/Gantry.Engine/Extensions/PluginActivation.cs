using System.Text.Json.Serialization;

namespace Gantry.Engine.Extensions;

/// <summary>The first request to a plug-in says nothing.</summary>
internal sealed record PluginActivationRequest;

/// <summary>Which protocols a plug-in speaks: <c>VolumeDriver</c>, <c>NetworkDriver</c>, ….</summary>
internal sealed record PluginActivation : IPluginAnswer
{
    public string? Err { get; init; }

    public string[]? Implements { get; init; }
}

[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(PluginActivationRequest))]
[JsonSerializable(typeof(PluginActivation))]
internal sealed partial class PluginActivationJson : JsonSerializerContext;
