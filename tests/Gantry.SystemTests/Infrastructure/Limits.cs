using System.Runtime.CompilerServices;

namespace Gantry.SystemTests;

/// <summary>xunit's, with an end: a test that hangs fails by its name, and the run goes on.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactAttribute : Xunit.FactAttribute
{
    /// <summary>Far more than the longest test takes on the slowest machine, in milliseconds.</summary>
    public const int Limit = 15 * 60 * 1000;

    public FactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Timeout = Limit;
}

/// <inheritdoc cref="FactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TheoryAttribute : Xunit.TheoryAttribute
{
    public TheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Timeout = FactAttribute.Limit;
}
