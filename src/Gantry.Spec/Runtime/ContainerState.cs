namespace Gantry.Spec.Runtime;

/// <summary>What <c>state</c> says and hooks get (runtime.md, state).</summary>
public sealed record ContainerState
{
    public required string OciVersion { get; init; }

    public required string Id { get; init; }

    /// <summary>creating, created, running or stopped; paused as other runtimes have it.</summary>
    public required string Status { get; init; }

    public int Pid { get; init; }

    public required string Bundle { get; init; }

    public string? Rootfs { get; init; }

    public DateTimeOffset? Created { get; init; }

    public string? Owner { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}
