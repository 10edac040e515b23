namespace Gantry.Images;

/// <summary>What is said of an image (in-toto attestation framework, "Statement").</summary>
/// <param name="PredicateType">What kind of thing is said: <c>https://slsa.dev/provenance/v0.2</c>.</param>
/// <param name="Predicate">JSON.</param>
public sealed record Statement(string PredicateType, ReadOnlyMemory<byte> Predicate);
