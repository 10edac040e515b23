using Gantry.Compose.Nodes;

namespace Gantry.Compose.Model;

/// <summary>A volume, directory, tmpfs or image in the container.</summary>
public sealed record ServiceMount
{
    /// <summary><c>bind</c>, <c>volume</c>, <c>tmpfs</c>, <c>cluster</c>, <c>npipe</c> or <c>image</c>.</summary>
    public required string Type { get; init; }

    /// <summary>A path, the key of a volume or an image; null: an anonymous volume.</summary>
    public string? Source { get; init; }

    public string? Target { get; init; }

    public bool ReadOnly { get; init; }

    public string? Consistency { get; init; }

    public BindOptions? Bind { get; init; }

    public VolumeOptions? Volume { get; init; }

    public TmpfsOptions? Tmpfs { get; init; }

    public ImageMountOptions? Image { get; init; }

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}

public sealed record BindOptions
{
    /// <summary><c>z</c> or <c>Z</c>.</summary>
    public string? SELinux { get; init; }

    public string? Propagation { get; init; }

    public bool CreateHostPath { get; init; }

    public string? Recursive { get; init; }

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}

public sealed record VolumeOptions
{
    public IReadOnlyDictionary<string, string> Labels { get; init; } = Empty.Map<string>();

    public bool NoCopy { get; init; }

    public string? Subpath { get; init; }

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}

public sealed record TmpfsOptions
{
    public long Size { get; init; }

    public uint Mode { get; init; }

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}

public sealed record ImageMountOptions
{
    public string? Subpath { get; init; }

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}
