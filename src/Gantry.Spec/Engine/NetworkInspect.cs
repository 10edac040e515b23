using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>A network, in <c>GET /networks</c> and <c>GET /networks/{id}</c>.</summary>
public sealed record NetworkInspect
{
    public string Name { get; init; } = "";

    public string Id { get; init; } = "";

    public string Created { get; init; } = "";

    public string Scope { get; init; } = "";

    public string Driver { get; init; } = "";

    public bool EnableIPv4 { get; init; }

    public bool EnableIPv6 { get; init; }

    public Ipam IPAM { get; init; } = new();

    public bool Internal { get; init; }

    public bool Attachable { get; init; }

    public bool Ingress { get; init; }

    public ConfigReference ConfigFrom { get; init; } = new();

    public bool ConfigOnly { get; init; }

    public Dictionary<string, NetworkContainer>? Containers { get; init; } = [];

    public Dictionary<string, string>? Options { get; init; } = [];

    public Dictionary<string, string>? Labels { get; init; } = [];
}

public sealed record Ipam
{
    public string Driver { get; init; } = "";

    public Dictionary<string, string>? Options { get; init; }

    public IpamConfig[]? Config { get; init; }
}

public sealed record IpamConfig
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Subnet { get; init => field = Empty.ToNull(value); }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IPRange { get; init => field = Empty.ToNull(value); }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Gateway { get; init => field = Empty.ToNull(value); }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string>? AuxiliaryAddresses { get; init; }
}

public sealed record ConfigReference
{
    public string Network { get; init; } = "";
}

/// <summary>A container on a network.</summary>
public sealed record NetworkContainer
{
    public string Name { get; init; } = "";

    public string EndpointID { get; init; } = "";

    public string MacAddress { get; init; } = "";

    public string IPv4Address { get; init; } = "";

    public string IPv6Address { get; init; } = "";
}
