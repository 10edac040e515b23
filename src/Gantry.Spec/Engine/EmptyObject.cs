namespace Gantry.Spec.Engine;

/// <summary><c>{}</c>: the value of a map that is used as a set.</summary>
public readonly record struct EmptyObject;
