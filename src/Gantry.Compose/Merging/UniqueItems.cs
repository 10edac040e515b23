using Gantry.Compose.Nodes;
using Gantry.Compose.Normalizing;

namespace Gantry.Compose.Merging;

/// <summary>Lists whose items have a key: of two with the same, the later one takes the place of the first.</summary>
internal static class UniqueItems
{
    private static readonly PathRules<Func<Node, string, string?>> Rules = MakeRules();

    public static void Keep(MappingNode model) => Keep(model, "", Rules);

    private static PathRules<Func<Node, string, string?>> MakeRules()
    {
        var rules = new PathRules<Func<Node, string, string?>>();
        foreach (var key in (ReadOnlySpan<string>)[
            "annotations", "build.args", "build.additional_contexts", "build.labels", "build.platforms", "build.tags",
            "cap_add", "cap_drop", "deploy.labels", "dns", "dns_opt", "dns_search", "environment", "expose", "labels", "label_file", "links",
            "networks.*.aliases", "networks.*.link_local_ips", "profiles", "sysctls", "tmpfs"])
        {
            rules.Add($"services.*.{key}", Name);
        }

        rules.Add("networks.*.labels", Name);
        rules.Add("services.*.env_file", (item, _) => item is MappingNode mapping ? mapping["path"]?.ToString() : item.ToString());
        rules.Add("services.*.volumes", MountTarget);
        rules.Add("services.*.devices", DeviceTarget);
        rules.Add("services.*.ports", Port);
        rules.Add("services.*.configs", (item, _) => FileTarget(item, ""));
        rules.Add("services.*.secrets", (item, _) => FileTarget(item, "/run/secrets"));
        return rules;
    }

    private static void Keep(Node node, string path, PathRules<Func<Node, string, string?>> rules)
    {
        switch (node)
        {
            case MappingNode mapping:
                foreach (var (key, value) in mapping.Entries)
                {
                    if (rules.Below(key) is { } below)
                    {
                        Keep(value, path.Length == 0 ? key : $"{path}.{key}", below);
                    }
                }

                break;
            case SequenceNode sequence when rules.Value is { } keyOf:
                KeepItems(sequence, path, keyOf);
                break;
        }
    }

    private static void KeepItems(SequenceNode sequence, string path, Func<Node, string, string?> keyOf)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var kept = new List<Node>(sequence.Items.Count);
        foreach (var item in sequence.Items)
        {
            if (keyOf(item, path) is { } key && !places.TryAdd(key, kept.Count))
            {
                kept[places[key]] = item;
            }
            else
            {
                kept.Add(item);
            }
        }

        sequence.Items.Clear();
        sequence.Items.AddRange(kept);
    }

    private static string? Name(Node item, string path) => item is ScalarNode { Value: not null } ? item.ToString()!.Split('=', 2)[0] : null;

    private static string? MountTarget(Node item, string path) => item switch
    {
        MappingNode mapping => mapping["target"]?.ToString() ?? throw new ComposeException($"{path}: the mount has no target", item.Origin),
        ScalarNode { Value: string text } when MountText.IsHidden(text) => null,
        ScalarNode { Value: string text } => MountText.Parse(text, item.Origin, path)["target"]?.ToString(),
        _ => null,
    };

    private static string? DeviceTarget(Node item, string path) => item is MappingNode mapping
        ? (mapping["target"] ?? mapping["source"])?.ToString()
        : item.ToString()!.Split(':') is [_, var target, ..] ? target : item.ToString();

    private static string? Port(Node item, string path) => item switch
    {
        MappingNode mapping => mapping["target"] is { } target
            ? $"{mapping["host_ip"]?.ToString() ?? "0.0.0.0"}:{mapping["published"]}:{target}/{mapping["protocol"]?.ToString() ?? "tcp"}"
            : throw new ComposeException($"{path}: the port has no target", item.Origin),
        ScalarNode { Value: not null } => item.ToString(),
        _ => null,
    };

    private static string? FileTarget(Node item, string directory) =>
        item is MappingNode mapping
            ? mapping["target"]?.ToString() ?? (mapping["source"] is { } source ? $"{directory}/{source}" : null)
            : item is ScalarNode { Value: not null } ? $"{directory}/{item}" : null;
}
