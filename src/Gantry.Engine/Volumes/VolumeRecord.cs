using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Engine.Volumes;

/// <summary>All that is kept of a volume: one JSON document in the database. Who uses it stands in the containers' records.</summary>
internal sealed record VolumeRecord
{
    public const string AnonymousLabel = "com.docker.volume.anonymous";
    public const string LocalDriver = "local";

    public required string Name { get; init; }

    public required string Driver { get; init; }

    public required DateTimeOffset Created { get; init; }

    public Dictionary<string, string>? Labels { get; init; }

    public Dictionary<string, string>? Options { get; init; }

    /// <summary>It was made for a container that gave it no name.</summary>
    [JsonIgnore]
    public bool IsAnonymous => Labels?.ContainsKey(AnonymousLabel) == true;

    public string? Option(string name) => Options?.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
}

[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(VolumeRecord))]
internal sealed partial class VolumeJson : JsonSerializerContext
{
    public static byte[] Write(VolumeRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, Default.VolumeRecord);

    public static VolumeRecord? Read(ReadOnlySpan<byte> document) => JsonSerializer.Deserialize(document, Default.VolumeRecord);
}
