namespace Gantry.Build.Sources.Git;

/// <summary>What a repository's reference led to.</summary>
/// <param name="Hash">The commit.</param>
/// <param name="Object">What the reference names: the commit, or a tag that names it.</param>
/// <param name="Reference">The whole name, <c>refs/…</c>; null where the commit itself was asked for.</param>
public sealed record GitCommit(string Hash, string Object, string? Reference);
