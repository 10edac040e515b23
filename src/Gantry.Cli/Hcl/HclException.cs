using Gantry.Spec;

namespace Gantry.Cli.Hcl;

/// <summary>A file is wrong, or what it asks for cannot be computed.</summary>
internal sealed class HclException(HclPlace place, string reason) : GantryException($"{place}: {reason}")
{
    /// <summary>The message without the place.</summary>
    public string Reason => reason;
}
