namespace Gantry.Build.Sources;

/// <summary>A context that came from an address.</summary>
/// <param name="Dockerfile">The text that came in place of a context, which then is empty; null for none.</param>
public sealed record FetchedContext(SourceTree Tree, SourcePin Pin, string? Dockerfile = null);
