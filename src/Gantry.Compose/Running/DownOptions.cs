namespace Gantry.Compose.Running;

/// <summary>How a project is taken down.</summary>
public sealed record DownOptions
{
    /// <summary>Only these services; empty for all, and then networks and the rest go too.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    public bool RemoveOrphans { get; init; }

    public bool RemoveVolumes { get; init; }

    /// <summary><c>local</c>: images that were built without a name of their own; <c>all</c>; empty: none.</summary>
    public string RemoveImages { get; init; } = "";

    /// <summary>In seconds; null for the services' own.</summary>
    public int? StopTimeout { get; init; }
}
