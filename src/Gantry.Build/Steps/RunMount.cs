using Gantry.Build.Solving;

namespace Gantry.Build.Steps;

/// <summary>A mount of RUN.</summary>
public abstract record RunMount
{
    /// <summary>An absolute path.</summary>
    public required string Target { get; init; }

    public bool ReadOnly { get; init; }
}

/// <summary>Files of a context, a stage or an image; what is written there is thrown away.</summary>
/// <param name="From">Where from; null for the build's own context.</param>
/// <param name="Path">In it.</param>
public sealed record BindMount(CopySource From, string Path) : RunMount;

/// <summary>A directory that later builds find again.</summary>
/// <param name="From">What a new one begins with; null for nothing.</param>
/// <param name="Sharing"><c>shared</c>, <c>private</c> or <c>locked</c>.</param>
public sealed record CacheMount(string Id, string Sharing, Step? From, string Path, uint Mode, uint Uid, uint Gid) : RunMount;

/// <param name="Size">Bytes; 0 for no limit.</param>
public sealed record TmpfsMount(long Size) : RunMount;

/// <summary>A secret as a file, or as an environment variable, or both.</summary>
/// <param name="AsFile">It is mounted.</param>
public sealed record SecretMount(string Id, bool Required, string? Variable, bool AsFile, uint Mode, uint Uid, uint Gid) : RunMount;

/// <summary>The client's SSH agent.</summary>
public sealed record AgentMount(string Id, bool Required, uint Mode, uint Uid, uint Gid) : RunMount;
