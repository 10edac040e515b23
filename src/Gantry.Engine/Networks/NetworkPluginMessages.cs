using System.Text.Json;
using System.Text.Json.Serialization;
using Gantry.Engine.Extensions;

namespace Gantry.Engine.Networks;

// libnetwork's remote driver protocol ("Remote Drivers" in its documentation): names and case are the wire's.

/// <summary>All requests in one: each has some of these members.</summary>
internal sealed record NetworkPluginRequest
{
    public string? NetworkID { get; init; }

    public string? EndpointID { get; init; }

    public string? SandboxKey { get; init; }

    public Dictionary<string, JsonElement>? Options { get; init; }

    public NetworkPluginPool[]? IPv4Data { get; init; }

    public NetworkPluginPool[]? IPv6Data { get; init; }

    public NetworkPluginInterface? Interface { get; init; }
}

internal sealed record NetworkPluginPool
{
    public string? AddressSpace { get; init; }

    public string? Pool { get; init; }

    public string? Gateway { get; init; }

    public Dictionary<string, string>? AuxAddresses { get; init; }
}

internal sealed record NetworkPluginInterface
{
    public string? Address { get; init; }

    public string? AddressIPv6 { get; init; }

    public string? MacAddress { get; init; }
}

/// <summary>All answers in one.</summary>
internal sealed record NetworkPluginAnswer : IPluginAnswer
{
    public string? Err { get; init; }

    public NetworkPluginLinkName? InterfaceName { get; init; }

    public string? Gateway { get; init; }

    public string? GatewayIPv6 { get; init; }

    public NetworkPluginRoute[]? StaticRoutes { get; init; }
}

/// <summary>Docker names the link after a prefix of the plug-in's; here it has the name it has on other networks.</summary>
internal sealed record NetworkPluginLinkName
{
    public string? SrcName { get; init; }
}

internal sealed record NetworkPluginRoute
{
    public string? Destination { get; init; }

    /// <summary>Empty for a route on the link.</summary>
    public string? NextHop { get; init; }
}

[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(NetworkPluginRequest))]
[JsonSerializable(typeof(NetworkPluginAnswer))]
[JsonSerializable(typeof(bool))]
internal sealed partial class NetworkPluginJson : JsonSerializerContext
{
    public static JsonElement ToElement(Dictionary<string, string> value) => JsonSerializer.SerializeToElement(value, Default.DictionaryStringString);

    public static JsonElement ToElement(string value) => JsonSerializer.SerializeToElement(value, Default.String);

    public static JsonElement ToElement(bool value) => JsonSerializer.SerializeToElement(value, Default.Boolean);
}
