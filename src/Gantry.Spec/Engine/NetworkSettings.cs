using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>The networks a new container joins.</summary>
public sealed record NetworkingConfig
{
    public Dictionary<string, EndpointSettings>? EndpointsConfig { get; init; }
}

/// <summary>A container's network as inspect shows it. The members of one network are those of the default network, kept by Docker for old clients.</summary>
public sealed record NetworkSettings
{
    public string Bridge { get; init => field = value ?? ""; } = "";

    public string SandboxID { get; init => field = value ?? ""; } = "";

    public string SandboxKey { get; init => field = value ?? ""; } = "";

    /// <summary>By <c>port/protocol</c>; null where the port is exposed and not published.</summary>
    public Dictionary<string, PortBinding[]>? Ports { get; init; } = [];

    public bool HairpinMode { get; init; }

    public string LinkLocalIPv6Address { get; init => field = value ?? ""; } = "";

    public int LinkLocalIPv6PrefixLen { get; init; }

    public Address[]? SecondaryIPAddresses { get; init; }

    public Address[]? SecondaryIPv6Addresses { get; init; }

    public string EndpointID { get; init => field = value ?? ""; } = "";

    public string Gateway { get; init => field = value ?? ""; } = "";

    public string GlobalIPv6Address { get; init => field = value ?? ""; } = "";

    public int GlobalIPv6PrefixLen { get; init; }

    public string IPAddress { get; init => field = value ?? ""; } = "";

    public int IPPrefixLen { get; init; }

    public string IPv6Gateway { get; init => field = value ?? ""; } = "";

    public string MacAddress { get; init => field = value ?? ""; } = "";

    public Dictionary<string, EndpointSettings>? Networks { get; init; } = [];
}

public sealed record Address
{
    public string Addr { get; init => field = value ?? ""; } = "";

    public int PrefixLen { get; init; }
}

/// <summary>A container's end of one network: what was asked for, then what it got.</summary>
public sealed record EndpointSettings
{
    /// <summary>Of <see cref="DriverOpts"/>: settings of the kernel for the link, <c>net.ipv4.conf.IFNAME.forwarding=0</c>, several with commas between.</summary>
    public const string SysctlsOption = "com.docker.network.endpoint.sysctls";

    public EndpointIpamConfig? IPAMConfig { get; init; }

    public string[]? Links { get; init; }

    public string[]? Aliases { get; init; }

    public string MacAddress { get; init => field = value ?? ""; } = "";

    public Dictionary<string, string>? DriverOpts { get; init; }

    public int GwPriority { get; init; }

    public string NetworkID { get; init => field = value ?? ""; } = "";

    public string EndpointID { get; init => field = value ?? ""; } = "";

    public string Gateway { get; init => field = value ?? ""; } = "";

    public string IPAddress { get; init => field = value ?? ""; } = "";

    public int IPPrefixLen { get; init; }

    public string IPv6Gateway { get; init => field = value ?? ""; } = "";

    public string GlobalIPv6Address { get; init => field = value ?? ""; } = "";

    public int GlobalIPv6PrefixLen { get; init; }

    public string[]? DNSNames { get; init; }
}

public sealed record EndpointIpamConfig
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IPv4Address { get; init => field = Empty.ToNull(value); }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IPv6Address { get; init => field = Empty.ToNull(value); }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string[]? LinkLocalIPs { get; init; }
}
