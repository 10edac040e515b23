namespace Gantry.Spec.Engine;

public sealed record ContainersPruneResponse
{
    public string[]? ContainersDeleted { get; init; }

    /// <summary>Bytes.</summary>
    public long SpaceReclaimed { get; init; }
}

public sealed record ImagesPruneResponse
{
    public ImageDeleteItem[]? ImagesDeleted { get; init; }

    /// <summary>Bytes.</summary>
    public long SpaceReclaimed { get; init; }
}

public sealed record VolumesPruneResponse
{
    public string[] VolumesDeleted { get; init => field = value ?? []; } = [];

    /// <summary>Bytes.</summary>
    public long SpaceReclaimed { get; init; }
}

public sealed record BuildCachePruneResponse
{
    public string[]? CachesDeleted { get; init; }

    /// <summary>Bytes.</summary>
    public long SpaceReclaimed { get; init; }
}
