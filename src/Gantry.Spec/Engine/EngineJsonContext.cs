using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>
/// The Engine API's JSON. Names and order are Docker's; collections that are null are written as null, as Go writes nil slices and
/// maps; members that Docker omits when empty carry <see cref="JsonIgnoreAttribute"/>. Reading takes what Go's decoder takes:
/// names in any case, null for any member, unknown members.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNameCaseInsensitive = true,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters =
    [
        typeof(GoStringConverter), typeof(GoBooleanConverter), typeof(GoInt32Converter), typeof(GoInt64Converter), typeof(GoDoubleConverter),
        typeof(GoMapConverter<string>), typeof(GoMapConverter<EmptyObject>), typeof(GoMapConverter<PortBinding[]>),
        typeof(GoMapConverter<EndpointSettings>), typeof(GoMapConverter<NetworkContainer>), typeof(GoMapConverter<RuntimeInfo>),
        typeof(GoMapConverter<IndexInfo>), typeof(GoMapConverter<LinkStats>), typeof(GoMapConverter<long>),
    ])]
[JsonSerializable(typeof(AuthConfig))]
[JsonSerializable(typeof(AuthResponse))]
[JsonSerializable(typeof(BuildCachePruneResponse))]
[JsonSerializable(typeof(BuildContextRequest))]
[JsonSerializable(typeof(BuildContextResponse))]
[JsonSerializable(typeof(BuildMessage))]
[JsonSerializable(typeof(BuildOutputRequest[]))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(BuildResult))]
[JsonSerializable(typeof(Ulimit[]))]
[JsonSerializable(typeof(Dictionary<string, AuthConfig>))]
[JsonSerializable(typeof(Dictionary<string, byte[]>))]
[JsonSerializable(typeof(ContainerConfig))]
[JsonSerializable(typeof(ContainerCreateRequest))]
[JsonSerializable(typeof(ContainerCreateResponse))]
[JsonSerializable(typeof(ContainerUpdateResponse))]
[JsonSerializable(typeof(ContainerInspectResponse))]
[JsonSerializable(typeof(ContainerStats))]
[JsonSerializable(typeof(ContainerSummary[]))]
[JsonSerializable(typeof(IReadOnlyList<ContainerSummary>))]
[JsonSerializable(typeof(ContainersPruneResponse))]
[JsonSerializable(typeof(ContainerTopResponse))]
[JsonSerializable(typeof(ContainerWaitResponse))]
[JsonSerializable(typeof(DiskUsage))]
[JsonSerializable(typeof(DistributionInspect))]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(EventMessage))]
[JsonSerializable(typeof(ExecCreateRequest))]
[JsonSerializable(typeof(ExecCreateResponse))]
[JsonSerializable(typeof(ExecInspectResponse))]
[JsonSerializable(typeof(ExecStartRequest))]
[JsonSerializable(typeof(IReadOnlyList<FilesystemChange>))]
[JsonSerializable(typeof(HostConfig))]
[JsonSerializable(typeof(IdResponse))]
[JsonSerializable(typeof(ImageDeleteItem[]))]
[JsonSerializable(typeof(IReadOnlyList<ImageDeleteItem>))]
[JsonSerializable(typeof(ImageHistoryItem[]))]
[JsonSerializable(typeof(IReadOnlyList<ImageHistoryItem>))]
[JsonSerializable(typeof(ImageInspectResponse))]
[JsonSerializable(typeof(ImagesPruneResponse))]
[JsonSerializable(typeof(ImageSummary[]))]
[JsonSerializable(typeof(IReadOnlyList<ImageSummary>))]
[JsonSerializable(typeof(NetworkConnectRequest))]
[JsonSerializable(typeof(NetworkCreateRequest))]
[JsonSerializable(typeof(NetworkCreateResponse))]
[JsonSerializable(typeof(NetworkDisconnectRequest))]
[JsonSerializable(typeof(NetworkInspect))]
[JsonSerializable(typeof(IReadOnlyList<NetworkInspect>))]
[JsonSerializable(typeof(NetworkPruneResponse))]
[JsonSerializable(typeof(NetworkingConfig))]
[JsonSerializable(typeof(OciPlatform))]
[JsonSerializable(typeof(PathStat))]
[JsonSerializable(typeof(ProgressMessage))]
[JsonSerializable(typeof(PushedInsteadOfIndex))]
[JsonSerializable(typeof(PushResult))]
[JsonSerializable(typeof(RegistryBlob))]
[JsonSerializable(typeof(RegistryCopyRequest))]
[JsonSerializable(typeof(RegistryManifest))]
[JsonSerializable(typeof(RegistryManifestRequest))]
[JsonSerializable(typeof(RegistryManifestResponse))]
[JsonSerializable(typeof(SearchResults))]
[JsonSerializable(typeof(IReadOnlyList<SearchResult>))]
[JsonSerializable(typeof(SystemInfo))]
[JsonSerializable(typeof(VersionResponse))]
[JsonSerializable(typeof(Volume))]
[JsonSerializable(typeof(VolumeCreateRequest))]
[JsonSerializable(typeof(VolumeListResponse))]
[JsonSerializable(typeof(VolumesPruneResponse))]
[JsonSerializable(typeof(Dictionary<string, string>))]
public sealed partial class EngineJsonContext : JsonSerializerContext
{
    /// <summary>For writing to the wire: like <see cref="Default"/>, but <c>&lt;</c>, <c>&amp;</c>, <c>+</c> and non-ASCII stay as they are.</summary>
    public static EngineJsonContext Wire => field ??=
        new EngineJsonContext(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
