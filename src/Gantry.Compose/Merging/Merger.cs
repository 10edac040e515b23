using Gantry.Compose.Nodes;

namespace Gantry.Compose.Merging;

/// <summary>Lays one Compose file over another (spec.md, "Merge"); what the tags !reset and !override ask for is done here.</summary>
internal static class Merger
{
    /// <summary>How a place is merged where it is not mapping into mapping, list after list, and scalar for scalar.</summary>
    private delegate Node Rule(Node under, Node over, string path);

    private static readonly Rule Replace = (_, over, _) => WithoutResets(over);
    private static readonly PathRules<Rule> Rules = MakeRules();

    /// <summary><paramref name="under"/> is changed and given back; it takes over parts of the other.</summary>
    public static MappingNode Merge(MappingNode under, MappingNode over) => MergeMappings(under, over, "", Rules);

    /// <summary>One service over the one that it extends.</summary>
    public static MappingNode MergeService(MappingNode under, MappingNode over, string name) =>
        MergeMappings(under, over, $"services.{name}", Rules.Below("services")!.Below(name)!);

    /// <summary>A tree without what is tagged !reset: there is nothing below it that could be left out.</summary>
    public static Node WithoutResets(Node node)
    {
        switch (node)
        {
            case MappingNode mapping:
                foreach (var (key, value) in mapping.Entries.ToArray())
                {
                    if (value.Tag == MergeTag.Reset)
                    {
                        mapping.Remove(key);
                    }
                    else
                    {
                        WithoutResets(value);
                    }
                }

                break;
            case SequenceNode sequence:
                sequence.Items.RemoveAll(item => item.Tag == MergeTag.Reset);
                sequence.Items.ForEach(item => WithoutResets(item));
                break;
        }

        return node;
    }

    private static PathRules<Rule> MakeRules()
    {
        var rules = new PathRules<Rule>();
        Add(KeyValues, "networks.*.labels", "volumes.*.labels", "configs.*.labels", "secrets.*.labels");
        AddOfServices(KeyValues, "annotations", "build.additional_contexts", "build.args", "build.labels", "deploy.labels", "environment", "labels", "sysctls");
        AddOfServices(Lists, "dns", "dns_opt", "dns_search", "env_file", "label_file", "tmpfs");
        AddOfServices(Hosts, "build.extra_hosts", "extra_hosts");
        AddOfServices(Replace, "command", "entrypoint", "healthcheck.test", "ulimits.*", "build.ulimits.*");
        AddOfServices((under, over, path) => MergeMappings(ListForms.Build(under), ListForms.Build(over), path, Rules.Below("services")!.Below("*")!.Below("build")), "build");
        AddOfServices((under, over, path) => MergeNamed(under, over, path, "depends_on"), "depends_on");
        AddOfServices((under, over, path) => MergeNamed(under, over, path, "networks"), "networks");
        AddOfServices((under, over, path) => MergeNamed(under, over, path, "models"), "models");
        AddOfServices(Logging, "logging");
        Add(AddressPools, "networks.*.ipam.config");
        return rules;

        void Add(Rule rule, params ReadOnlySpan<string> paths)
        {
            foreach (var path in paths)
            {
                rules.Add(path, rule);
            }
        }

        void AddOfServices(Rule rule, params ReadOnlySpan<string> keys)
        {
            foreach (var key in keys)
            {
                rules.Add($"services.*.{key}", rule);
            }
        }
    }

    private static MappingNode MergeMappings(MappingNode under, MappingNode over, string path, PathRules<Rule>? rules)
    {
        foreach (var (key, value) in over.Entries)
        {
            if (value.Tag == MergeTag.Reset)
            {
                under.Remove(key);
            }
            else if (value.Tag == MergeTag.Override || !under.TryGet(key, out var before) || key.StartsWith("x-", StringComparison.Ordinal))
            {
                under.Set(key, WithoutResets(value), over.KeyOrigin(key));
            }
            else
            {
                var merged = MergeNodes(before, value, path.Length == 0 ? key : $"{path}.{key}", rules?.Below(key));
                under.Set(key, merged, ReferenceEquals(merged, before) ? null : over.KeyOrigin(key));
            }
        }

        return under;
    }

    private static Node MergeNodes(Node under, Node over, string path, PathRules<Rule>? rules)
    {
        if (rules?.Value is { } rule && under is not ScalarNode { Value: null })
        {
            return over is ScalarNode { Value: null } && rule != Replace ? under : rule(under, over, path);
        }

        return (under, over) switch
        {
            (_, ScalarNode { Value: null }) => under,
            (MappingNode one, MappingNode other) => MergeMappings(one, other, path, rules),
            (SequenceNode one, SequenceNode other) => new SequenceNode(other.Origin, [.. one.Items, .. ((SequenceNode)WithoutResets(other)).Items]),
            (ScalarNode, _) => WithoutResets(over),
            _ => throw new ComposeException($"{path}: it cannot replace what {under.Origin} says, which is {(under is MappingNode ? "a mapping" : "a list")}; use the same form or the tag !override", over.Origin),
        };
    }

    private static MappingNode KeyValues(Node under, Node over, string path)
    {
        var merged = ListForms.KeyValues(under, path);
        foreach (var (key, value) in ListForms.KeyValues(over, path).Entries)
        {
            if (value.Tag == MergeTag.Reset)
            {
                merged.Remove(key);
            }
            else
            {
                merged.Set(key, value, value.Origin);
            }
        }

        return merged;
    }

    private static SequenceNode Lists(Node under, Node over, string path) =>
        new(over.Origin, [.. ListForms.Sequence(under, path).Items, .. ListForms.Sequence(WithoutResets(over), path).Items]);

    /// <summary>A host may have several addresses; the same one twice is no more than once.</summary>
    private static SequenceNode Hosts(Node under, Node over, string path)
    {
        var hosts = ListForms.Sequence(under, path);
        return new(over.Origin, [.. hosts.Items, .. ListForms.Sequence(WithoutResets(over), path).Items
            .Where(host => !hosts.Items.Exists(before => before.ToString() == host.ToString()))]);
    }

    private static MappingNode MergeNamed(Node under, Node over, string path, string key) =>
        MergeMappings(ListForms.Named(under, key), ListForms.Named(over, key), path, Rules.Below("services")!.Below("*")!.Below(key));

    /// <summary>Options of another driver mean nothing to this one.</summary>
    private static Node Logging(Node under, Node over, string path)
    {
        if (under is not MappingNode one || over is not MappingNode other)
        {
            return over;
        }

        return one["driver"] is ScalarNode before && other["driver"] is ScalarNode after && before.Text != after.Text
            ? WithoutResets(other)
            : MergeMappings(one, other, path, null);
    }

    /// <summary>Pools are known by their subnet.</summary>
    private static Node AddressPools(Node under, Node over, string path)
    {
        if (under is not SequenceNode pools || over is not SequenceNode others)
        {
            return over;
        }

        return new SequenceNode(over.Origin, others.Items.Select(pool =>
            pool is MappingNode after && pools.Items.OfType<MappingNode>().FirstOrDefault(before => before["subnet"]?.ToString() == after["subnet"]?.ToString()) is { } same
                ? MergeMappings(same, after, path, null)
                : pool));
    }
}
