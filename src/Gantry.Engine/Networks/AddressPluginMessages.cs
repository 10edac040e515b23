using System.Text.Json.Serialization;
using Gantry.Engine.Extensions;

namespace Gantry.Engine.Networks;

// libnetwork's remote IPAM protocol ("IPAM Driver" in its documentation): names and case are the wire's.

/// <summary>All requests in one: each has some of these members.</summary>
internal sealed record AddressPluginRequest
{
    public string? AddressSpace { get; init; }

    /// <summary>A subnet; empty for any.</summary>
    public string? Pool { get; init; }

    /// <summary>Where automatic addresses come from, within the pool.</summary>
    public string? SubPool { get; init; }

    public bool? V6 { get; init; }

    public string? PoolID { get; init; }

    /// <summary>Empty for any.</summary>
    public string? Address { get; init; }

    public Dictionary<string, string>? Options { get; init; }
}

/// <summary>All answers in one.</summary>
internal sealed record AddressPluginAnswer : IPluginAnswer
{
    public string? Err { get; init; }

    public bool RequiresMACAddress { get; init; }

    public bool RequiresRequestReplay { get; init; }

    public string? LocalDefaultAddressSpace { get; init; }

    public string? PoolID { get; init; }

    /// <summary>With the length of its prefix.</summary>
    public string? Pool { get; init; }

    /// <summary>With the length of its subnet's prefix.</summary>
    public string? Address { get; init; }

    public Dictionary<string, string>? Data { get; init; }
}

[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(AddressPluginRequest))]
[JsonSerializable(typeof(AddressPluginAnswer))]
internal sealed partial class AddressPluginJson : JsonSerializerContext;
