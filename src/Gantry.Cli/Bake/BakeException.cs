using Gantry.Spec;

namespace Gantry.Cli.Bake;

/// <summary>What bake was asked for, or what its files say together, is wrong.</summary>
internal sealed class BakeException(string message) : GantryException(message);
