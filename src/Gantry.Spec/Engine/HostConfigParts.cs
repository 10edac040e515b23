namespace Gantry.Spec.Engine;

public sealed record LogConfig
{
    public string Type { get; init => field = value ?? ""; } = "";

    public Dictionary<string, string>? Config { get; init; }
}

public sealed record RestartPolicy
{
    /// <summary><c>no</c> (or empty), <c>always</c>, <c>unless-stopped</c> or <c>on-failure</c>.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    public int MaximumRetryCount { get; init; }
}

public sealed record DeviceMapping
{
    public string PathOnHost { get; init => field = value ?? ""; } = "";

    public string PathInContainer { get; init => field = value ?? ""; } = "";

    public string CgroupPermissions { get; init => field = value ?? ""; } = "";
}

public sealed record DeviceRequest
{
    public string Driver { get; init => field = value ?? ""; } = "";

    public int Count { get; init; }

    public string[]? DeviceIDs { get; init; }

    public string[][]? Capabilities { get; init; }

    public Dictionary<string, string>? Options { get; init; }
}

public sealed record ThrottleDevice
{
    public string Path { get; init => field = value ?? ""; } = "";

    public long Rate { get; init; }
}

public sealed record WeightDevice
{
    public string Path { get; init => field = value ?? ""; } = "";

    public int Weight { get; init; }
}

public sealed record Ulimit
{
    public string Name { get; init => field = value ?? ""; } = "";

    public long Hard { get; init; }

    public long Soft { get; init; }
}

/// <summary>Where a container's port is published; <see cref="HostPort"/> may be empty (any) or a range.</summary>
public sealed record PortBinding
{
    public string HostIp { get; init => field = value ?? ""; } = "";

    public string HostPort { get; init => field = value ?? ""; } = "";
}
