namespace Gantry.Build;

/// <summary>Lines of a Dockerfile, the first being 1, both ends included.</summary>
public readonly record struct LineRange(int Start, int End);
