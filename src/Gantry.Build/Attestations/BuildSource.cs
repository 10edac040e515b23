using Gantry.Build.Sources;

namespace Gantry.Build.Attestations;

/// <summary>Something from elsewhere that a build stands on.</summary>
/// <param name="Pin">Null where it is not known.</param>
internal sealed record BuildSource(string Uri, SourcePin? Pin);
