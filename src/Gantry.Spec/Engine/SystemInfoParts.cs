using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

public sealed record PluginsInfo
{
    public string[]? Volume { get; init; }

    public string[]? Network { get; init; }

    public string[]? Authorization { get; init; }

    public string[]? Log { get; init; }
}

public sealed record RegistryServiceConfig
{
    public string[]? InsecureRegistryCIDRs { get; init; }

    public Dictionary<string, IndexInfo>? IndexConfigs { get; init; }

    public string[]? Mirrors { get; init; }
}

public sealed record IndexInfo
{
    public string Name { get; init => field = value ?? ""; } = "";

    public string[] Mirrors { get; init => field = value ?? []; } = [];

    public bool Secure { get; init; }

    public bool Official { get; init; }
}

public sealed record RuntimeInfo
{
    [JsonPropertyName("path"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Path { get; init; }

    [JsonPropertyName("runtimeArgs"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string[]? RuntimeArgs { get; init; }

    [JsonPropertyName("status"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string>? Status { get; init; }
}

/// <summary>What a Docker that is in no swarm says.</summary>
public sealed record SwarmInfo
{
    public string NodeID { get; init => field = value ?? ""; } = "";

    public string NodeAddr { get; init => field = value ?? ""; } = "";

    public string LocalNodeState { get; init => field = value ?? "inactive"; } = "inactive";

    public bool ControlAvailable { get; init; }

    public string Error { get; init => field = value ?? ""; } = "";

    /// <summary>Always null here.</summary>
    public string[]? RemoteManagers { get; init; }
}

public sealed record Commit
{
    public string ID { get; init => field = value ?? ""; } = "";

    /// <summary>Only in API versions below 1.49.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Expected { get; init; }
}

public sealed record AddressPool
{
    public string Base { get; init => field = value ?? ""; } = "";

    public int Size { get; init; }
}

public sealed record FirewallInfo
{
    public string Driver { get; init => field = value ?? ""; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string[][]? Info { get; init; }
}

public sealed record DeviceInfo
{
    public string Source { get; init => field = value ?? ""; } = "";

    public string ID { get; init => field = value ?? ""; } = "";
}

public sealed record ContainerdInfo
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Address { get; init; }

    public ContainerdNamespaces Namespaces { get; init => field = value ?? new(); } = new();
}

public sealed record ContainerdNamespaces
{
    public string Containers { get; init => field = value ?? ""; } = "";

    public string Plugins { get; init => field = value ?? ""; } = "";
}
