namespace Gantry.Compose.Running;

public enum RecreatePolicy
{
    /// <summary>What differs from what the files say.</summary>
    Diverged,
    Force,
    Never,
}

/// <summary>How a project is brought up.</summary>
public sealed record UpOptions
{
    public RecreatePolicy Recreate { get; init; } = RecreatePolicy.Diverged;

    /// <summary>For services that were not named but that those depend on.</summary>
    public RecreatePolicy RecreateDependencies { get; init; } = RecreatePolicy.Diverged;

    /// <summary>The services that were named; empty for all.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>Containers of services that the files do not have any more go.</summary>
    public bool RemoveOrphans { get; init; }

    /// <summary>Anonymous volumes are made anew.</summary>
    public bool RenewAnonymousVolumes { get; init; }

    /// <summary>In seconds; null for the service's own.</summary>
    public int? StopTimeout { get; init; }

    /// <summary>In place of the services' own pull_policy.</summary>
    public string? PullPolicy { get; init; }

    public bool Build { get; init; }

    public bool NeverBuilds { get; init; }

    public bool QuietPull { get; init; }

    /// <summary>Networks and volumes are made that no service uses.</summary>
    public bool KeepsUnused { get; init; }

    /// <summary>Asked before something is lost.</summary>
    public Func<string, bool> Confirm { get; init; } = _ => false;

    /// <summary>How many images are pulled at once; null for all.</summary>
    public int? Parallel { get; init; }
}
