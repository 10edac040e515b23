namespace Gantry.Cli.Hcl;

/// <summary>What the names in an expression mean.</summary>
internal abstract class HclScope
{
    /// <summary>The value of a variable; null where there is none of the name.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="path">The members of members that are wanted, so that no others must be known; empty for all of it.</param>
    public abstract HclValue? Variable(string name, IReadOnlyList<string> path);

    /// <summary>A function that the file defines, or one that all files have; null where there is none of the name.</summary>
    public abstract HclFunction? Function(string name);
}

/// <summary>A few variables more than around it.</summary>
internal sealed class HclLocalScope(HclScope around, IReadOnlyDictionary<string, HclValue> variables) : HclScope
{
    public override HclValue? Variable(string name, IReadOnlyList<string> path) => variables.GetValueOrDefault(name) ?? around.Variable(name, path);

    public override HclFunction? Function(string name) => around.Function(name);
}
