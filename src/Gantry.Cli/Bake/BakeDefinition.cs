namespace Gantry.Cli.Bake;

/// <summary>What the files say, merged.</summary>
/// <param name="Targets">As they are written: without what they inherit.</param>
/// <param name="Groups">The names that each stands for.</param>
/// <param name="Variables">Of HCL and JSON files.</param>
internal sealed record BakeDefinition(IReadOnlyDictionary<string, BakeTarget> Targets, IReadOnlyDictionary<string, IReadOnlyList<string>> Groups, IReadOnlyList<BakeVariable> Variables)
{
    /// <summary>With what another says too, which counts more.</summary>
    public BakeDefinition With(BakeDefinition other)
    {
        var targets = Targets.ToDictionary(StringComparer.Ordinal);
        foreach (var (name, target) in other.Targets) targets[name] = targets.TryGetValue(name, out var known) ? known.With(target) : target;
        var groups = Groups.ToDictionary(StringComparer.Ordinal);
        foreach (var (name, members) in other.Groups) groups[name] = members;
        return new(targets, groups, [.. Variables, .. other.Variables]);
    }
}

/// <param name="Type">As it is written; empty where none is.</param>
/// <param name="Value">As text; null for null.</param>
internal sealed record BakeVariable(string Name, string Type, string? Value, string Description);
