namespace Gantry.Spec.Engine;

/// <summary>The body of <c>POST /networks/create</c>.</summary>
public sealed record NetworkCreateRequest
{
    public string Name { get; init => field = value ?? ""; } = "";

    public string Driver { get; init => field = value ?? ""; } = "";

    public string Scope { get; init => field = value ?? ""; } = "";

    /// <summary>Null means yes.</summary>
    public bool? EnableIPv4 { get; init; }

    /// <summary>Null means what the daemon's default is.</summary>
    public bool? EnableIPv6 { get; init; }

    public Ipam? IPAM { get; init; }

    public bool Internal { get; init; }

    public bool Attachable { get; init; }

    public bool Ingress { get; init; }

    public bool ConfigOnly { get; init; }

    public ConfigReference? ConfigFrom { get; init; }

    public Dictionary<string, string>? Options { get; init; }

    public Dictionary<string, string>? Labels { get; init; }
}

public sealed record NetworkCreateResponse
{
    public string Id { get; init => field = value ?? ""; } = "";

    public string Warning { get; init => field = value ?? ""; } = "";
}

/// <summary>The body of <c>POST /networks/{id}/connect</c>.</summary>
public sealed record NetworkConnectRequest
{
    public string Container { get; init => field = value ?? ""; } = "";

    public EndpointSettings? EndpointConfig { get; init; }
}

/// <summary>The body of <c>POST /networks/{id}/disconnect</c>.</summary>
public sealed record NetworkDisconnectRequest
{
    public string Container { get; init => field = value ?? ""; } = "";

    public bool Force { get; init; }
}

/// <summary>The answer to <c>POST /networks/prune</c>.</summary>
public sealed record NetworkPruneResponse
{
    public string[]? NetworksDeleted { get; init; }
}
