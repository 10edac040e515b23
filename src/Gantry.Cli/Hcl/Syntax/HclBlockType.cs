namespace Gantry.Cli.Hcl.Syntax;

/// <summary>A block that a file may have, which JSON cannot tell from an object.</summary>
/// <param name="Labels">How many it has.</param>
internal sealed record HclBlockType(string Name, int Labels, params IReadOnlyList<HclBlockType> Inner);
