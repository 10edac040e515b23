using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Engine.Extensions;

/// <summary>NAME.json of a plug-in: names and case are Docker's.</summary>
internal sealed record PluginSpecification
{
    public string? Name { get; init; }

    public string? Addr { get; init; }

    public JsonElement? TLSConfig { get; init; }
}

[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(PluginSpecification))]
internal sealed partial class PluginSpecificationJson : JsonSerializerContext;
