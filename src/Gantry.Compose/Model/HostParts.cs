using Gantry.Compose.Nodes;

namespace Gantry.Compose.Model;

public sealed record Ulimit
{
    /// <summary>One number was given for both.</summary>
    public bool IsSingle { get; init; }

    public required long Soft { get; init; }

    public required long Hard { get; init; }
}

public sealed record DeviceMapping
{
    public required string Source { get; init; }

    public string? Target { get; init; }

    public string? Permissions { get; init; }

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}

public sealed record DeviceRequest
{
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    public string? Driver { get; init; }

    /// <summary>-1 is all of them.</summary>
    public long Count { get; init; }

    public IReadOnlyList<string> DeviceIds { get; init; } = [];

    public IReadOnlyDictionary<string, string> Options { get; init; } = Empty.Map<string>();
}

public sealed record BlockIoSettings
{
    public int Weight { get; init; }

    public IReadOnlyList<DeviceWeight> WeightDevice { get; init; } = [];

    public IReadOnlyList<DeviceRate> DeviceReadBps { get; init; } = [];

    public IReadOnlyList<DeviceRate> DeviceReadIops { get; init; } = [];

    public IReadOnlyList<DeviceRate> DeviceWriteBps { get; init; } = [];

    public IReadOnlyList<DeviceRate> DeviceWriteIops { get; init; } = [];
}

public sealed record DeviceWeight(string Path, int Weight);

public sealed record DeviceRate(string Path, long Rate);
