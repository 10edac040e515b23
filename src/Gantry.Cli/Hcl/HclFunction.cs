namespace Gantry.Cli.Hcl;

/// <param name="Minimum">The fewest arguments.</param>
/// <param name="Maximum">The most, or <see cref="Any"/>.</param>
internal sealed record HclFunction(int Minimum, int Maximum, Func<HclCall, HclValue> Run)
{
    public const int Any = int.MaxValue;
}
