using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>A network, in <c>GET /networks</c> and <c>GET /networks/{id}</c>.</summary>
public sealed record NetworkInspect
{
    public string Name { get; init => field = value ?? ""; } = "";

    public string Id { get; init => field = value ?? ""; } = "";

    public string Created { get; init => field = value ?? ""; } = "";

    public string Scope { get; init => field = value ?? ""; } = "";

    public string Driver { get; init => field = value ?? ""; } = "";

    public bool EnableIPv4 { get; init; }

    public bool EnableIPv6 { get; init; }

    public Ipam IPAM { get; init => field = value ?? new(); } = new();

    public bool Internal { get; init; }

    public bool Attachable { get; init; }

    public bool Ingress { get; init; }

    public ConfigReference ConfigFrom { get; init => field = value ?? new(); } = new();

    public bool ConfigOnly { get; init; }

    public Dictionary<string, NetworkContainer>? Containers { get; init; } = [];

    public Dictionary<string, string>? Options { get; init; } = [];

    public Dictionary<string, string>? Labels { get; init; } = [];
}

public sealed record Ipam
{
    public string Driver { get; init => field = value ?? ""; } = "";

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
    public string Network { get; init => field = value ?? ""; } = "";
}

/// <summary>A container on a network.</summary>
public sealed record NetworkContainer
{
    public string Name { get; init => field = value ?? ""; } = "";

    public string EndpointID { get; init => field = value ?? ""; } = "";

    public string MacAddress { get; init => field = value ?? ""; } = "";

    public string IPv4Address { get; init => field = value ?? ""; } = "";

    public string IPv6Address { get; init => field = value ?? ""; } = "";
}
