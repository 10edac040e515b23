using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Spec.Runtime;

/// <summary>The JSON of the OCI runtime specification.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    ReadCommentHandling = JsonCommentHandling.Disallow,
    WriteIndented = false)]
[JsonSerializable(typeof(ContainerSpec))]
[JsonSerializable(typeof(ProcessSpec))]
[JsonSerializable(typeof(ResourcesSpec))]
[JsonSerializable(typeof(SeccompSpec))]
[JsonSerializable(typeof(ContainerState))]
[JsonSerializable(typeof(IReadOnlyList<ContainerState>))]
[JsonSerializable(typeof(RuntimeFeatures))]
public sealed partial class RuntimeJson : JsonSerializerContext
{
    /// <summary>As the default, on several lines, for people.</summary>
    public static RuntimeJson Indented => new(new JsonSerializerOptions(Default.Options) { WriteIndented = true });
}
