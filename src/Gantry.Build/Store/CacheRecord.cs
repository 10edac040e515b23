namespace Gantry.Build.Store;

/// <summary>What became of a step, for builds that come to the same one again.</summary>
/// <param name="Key">Of the step and all it stands on, as a digest.</param>
/// <param name="Id">For users to name it.</param>
/// <param name="Stack">The filesystem after it.</param>
/// <param name="Layer">The layer it wrote; null where it wrote none.</param>
/// <param name="Kind">Docker's word: <c>regular</c>, <c>source.local</c>, <c>exec.cachemount</c>, …</param>
public sealed record CacheRecord(
    string Key, string Id, LayerStack Stack, string? Layer, string Description, string Kind, DateTimeOffset Created, DateTimeOffset Used, long Uses);
