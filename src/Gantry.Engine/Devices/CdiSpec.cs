using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Engine.Devices;

/// <summary>A file of the Container Device Interface (CDI 1.1.0): what a vendor's devices need in a container.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CdiSpec
{
    [JsonRequired]
    public string CdiVersion { get; init; } = "";

    /// <summary><c>vendor.com/class</c>.</summary>
    [JsonRequired]
    public string Kind { get; init; } = "";

    public Dictionary<string, JsonElement>? Annotations { get; init; }

    [JsonRequired]
    public CdiDevice[] Devices { get; init; } = [];

    /// <summary>For each container that has any of the devices.</summary>
    public ContainerEdits? ContainerEdits { get; init; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CdiDevice
{
    [JsonRequired]
    public string Name { get; init; } = "";

    public Dictionary<string, JsonElement>? Annotations { get; init; }

    public ContainerEdits? ContainerEdits { get; init; }
}

/// <summary>What is added to a container's configuration.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ContainerEdits
{
    public static ContainerEdits None { get; } = new();

    public string[] Env { get; init => field = value ?? []; } = [];

    public CdiDeviceNode[] DeviceNodes { get; init => field = value ?? []; } = [];

    public CdiMount[] Mounts { get; init => field = value ?? []; } = [];

    public CdiHook[] Hooks { get; init => field = value ?? []; } = [];

    [JsonPropertyName("additionalGids")]
    public uint[] AdditionalGroups { get; init => field = value ?? []; } = [];

    public JsonElement? IntelRdt { get; init; }

    public JsonElement? NetDevices { get; init; }

    /// <summary>These, and then those of another.</summary>
    public ContainerEdits With(ContainerEdits other) => new()
    {
        Env = [.. Env, .. other.Env],
        DeviceNodes = [.. DeviceNodes, .. other.DeviceNodes],
        Mounts = [.. Mounts, .. other.Mounts],
        Hooks = [.. Hooks, .. other.Hooks],
        AdditionalGroups = [.. AdditionalGroups, .. other.AdditionalGroups],
    };
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CdiDeviceNode
{
    [JsonRequired]
    public string Path { get; init; } = "";

    public string? HostPath { get; init; }

    /// <summary><c>b</c>, <c>c</c>, <c>u</c> or <c>p</c>; the host's where it is left out.</summary>
    public string? Type { get; init; }

    public long? Major { get; init; }

    public long? Minor { get; init; }

    public int? FileMode { get; init; }

    /// <summary>Of <c>r</c>, <c>w</c> and <c>m</c>, or <c>none</c>.</summary>
    public string? Permissions { get; init; }

    public uint? Uid { get; init; }

    public uint? Gid { get; init; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CdiMount
{
    [JsonRequired]
    public string HostPath { get; init; } = "";

    [JsonRequired]
    public string ContainerPath { get; init; } = "";

    public string? Type { get; init; }

    public string[]? Options { get; init; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CdiHook
{
    [JsonRequired]
    public string HookName { get; init; } = "";

    [JsonRequired]
    public string Path { get; init; } = "";

    public string[]? Args { get; init; }

    public string[]? Env { get; init; }

    /// <summary>In seconds.</summary>
    public int? Timeout { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CdiSpec))]
internal sealed partial class CdiJson : JsonSerializerContext;
