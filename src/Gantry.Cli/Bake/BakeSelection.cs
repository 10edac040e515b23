namespace Gantry.Cli.Bake;

/// <summary>The targets that were asked for, each with all that it inherits, and those that these are built from.</summary>
internal sealed class BakeSelection
{
    private const string Default = "default";
    private readonly BakeDefinition _definition;
    private readonly IReadOnlyList<BakeOverride> _overrides;
    private readonly SortedDictionary<string, BakeTarget> _targets = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, IReadOnlyList<string>> _groups = new(StringComparer.Ordinal);

    private BakeSelection(BakeDefinition definition, IReadOnlyList<BakeOverride> overrides) => (_definition, _overrides) = (definition, overrides);

    public IReadOnlyDictionary<string, BakeTarget> Targets => _targets;

    /// <summary>The groups that were asked for, and <c>default</c>: what was asked for.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Groups => _groups;

    /// <param name="names">Targets and groups; none is the default one.</param>
    /// <param name="finish">Changes those that were asked for, not those that they are built from.</param>
    /// <exception cref="BakeException">There is no such target, or no end to what it needs.</exception>
    public static BakeSelection Of(BakeDefinition definition, IReadOnlyList<string> names, IReadOnlyList<BakeOverride> overrides, Func<BakeTarget, BakeTarget> finish)
    {
        foreach (var change in overrides.Where(change => !definition.Targets.Keys.Any(change.IsFor))) throw new BakeException($"could not find any target matching '{change.Pattern}'");
        var selection = new BakeSelection(definition, overrides);
        IReadOnlyList<string> asked = names.Count > 0 ? names : [Default];
        foreach (var name in asked) selection.Expand(name, [], finish);
        selection._groups[Default] = [.. asked.SelectMany(name => name == Default && definition.Groups.TryGetValue(name, out var members) ? members : [name]).Distinct().Order(StringComparer.Ordinal)];
        foreach (var target in selection._targets.Values.ToList()) selection.AddNeeded(target, []);
        return selection;
    }

    private void Expand(string name, HashSet<string> open, Func<BakeTarget, BakeTarget> finish)
    {
        if (open.Contains(name) || !_definition.Groups.TryGetValue(name, out var members))
        {
            if (!_targets.ContainsKey(name)) _targets[name] = finish(Completed(name));
            return;
        }

        if (name != Default) _groups[name] = [.. members.Distinct()];
        foreach (var member in members) Expand(member, [.. open, name], finish);
    }

    private void AddNeeded(BakeTarget target, IReadOnlyList<string> open)
    {
        foreach (var name in target.Needs)
        {
            if (open.Contains(name) || name == target.Name) throw new BakeException($"infinite loop from {target.Name} to {name}");
            if (!_targets.TryGetValue(name, out var needed)) _targets[name] = needed = Completed(name) with { Outputs = [BakeOutputs.CacheOnly] };
            AddNeeded(needed, [.. open, target.Name]);
        }
    }

    private BakeTarget Completed(string name)
    {
        var target = Inherited(name, []);
        return target with
        {
            Context = target.Context is { Length: > 0 } context ? context : ".",
            Dockerfile = target.Dockerfile is { Length: > 0 } file ? file : "Dockerfile",
            Annotations = Tidy(target.Annotations),
            Entitlements = Tidy(Entitled(target)),
            NoCacheFilter = Tidy(target.NoCacheFilter),
            Platforms = Tidy(target.Platforms),
            Tags = Tidy(target.Tags),
            Ulimits = Tidy(target.Ulimits),
        };
    }

    /// <summary>An empty one is how a file leaves one out.</summary>
    private static IReadOnlyList<string> Tidy(IReadOnlyList<string>? list) => [.. (list ?? []).Where(item => item.Length > 0).Distinct()];

    private BakeTarget Inherited(string name, HashSet<string> open)
    {
        if (!_definition.Targets.TryGetValue(name, out var own)) throw new BakeException($"failed to find target {name}");
        var made = new BakeTarget { Name = name };
        open.Add(name);
        foreach (var parent in own.Inherits ?? [])
        {
            // A target that inherits itself has nothing more for it.
            if (!open.Contains(parent)) made = made.With(Inherited(parent, [.. open]) with { Name = name });
        }

        return BakeOverride.Apply(made.With(own), _overrides);
    }

    private static IReadOnlyList<string> Entitled(BakeTarget target) => target.Network == "host" && !target.Entitlements.Contains("network.host") ? [.. target.Entitlements, "network.host"] : target.Entitlements;
}
