using Gantry.Compose.Merging;
using Gantry.Compose.Nodes;

namespace Gantry.Compose.Normalizing;

/// <summary>Brings the short forms of a merged model to the long ones; what is long already stays.</summary>
internal static class LongForms
{
    public static void Apply(MappingNode model, bool isInterpolated)
    {
        foreach (var (name, service) in Mappings(model, "services"))
        {
            ApplyToService(service, $"services.{name}", isInterpolated);
        }

        foreach (var section in (string[])["networks", "volumes", "secrets", "configs"])
        {
            foreach (var (name, definition) in Mappings(model, section))
            {
                ApplyToExternal(definition, $"{section}.{name}");
            }
        }
    }

    /// <param name="isInterpolated">Otherwise a text whose variables could hide a colon or a number stays as it is.</param>
    public static void ApplyToService(MappingNode service, string path, bool isInterpolated)
    {
        foreach (var (key, value) in service.Entries.ToArray())
        {
            var at = $"{path}.{key}";
            Node? longForm = (key, value) switch
            {
                ("build", _) => Build(ListForms.Build(value), at),
                ("depends_on", SequenceNode) => ListForms.Named(value, key),
                ("depends_on", MappingNode mapping) => Dependencies(mapping),
                ("networks" or "models", SequenceNode) => ListForms.Named(value, key),
                ("dns", ScalarNode { Value: string }) => ListForms.Sequence(value, at),
                ("env_file", _) => EnvFiles(ListForms.Sequence(value, at)),
                ("extends", ScalarNode { Value: string }) => With(new(value.Origin), "service", value),
                ("volumes", SequenceNode list) => Each(list, item => item is ScalarNode { Value: string text } && !(!isInterpolated && MountText.IsHidden(text)) ? [MountText.Parse(text, item.Origin, at)] : [item]),
                ("ports", SequenceNode list) when isInterpolated || !list.Items.OfType<ScalarNode>().Any(item => item.Text?.Contains('$', StringComparison.Ordinal) == true) => Each(list, item => item is ScalarNode { Value: not null } ? PortText.Parse(item.ToString()!, item.Origin, at) : [item]),
                ("secrets" or "configs", SequenceNode list) => Sources(list),
                ("devices", SequenceNode list) => Each(list, item => item is ScalarNode { Value: string text } ? [Device(text, item.Origin, at)] : [item]),
                ("gpus", ScalarNode { Value: string }) => new SequenceNode(value.Origin, [With(new(value.Origin), "count", new ScalarNode("all", value.Origin))]),
                _ => null,
            };
            if (longForm is not null)
            {
                service.Set(key, longForm);
            }
        }
    }

    /// <summary>What a long form has where it says nothing.</summary>
    public static void ApplyDefaults(MappingNode model)
    {
        foreach (var (_, service) in Mappings(model, "services"))
        {
            if (service["build"] is MappingNode build && !build.Contains("context"))
            {
                build.Set("context", new ScalarNode(".", Origin.Implied));
            }

            foreach (var secret in Items(service, "secrets"))
            {
                SetMissing(secret, "target", $"/run/secrets/{secret["source"]}");
            }

            foreach (var port in Items(service, "ports"))
            {
                SetMissing(port, "protocol", "tcp");
                SetMissing(port, "mode", "ingress");
            }

            var reservations = ((service["deploy"] as MappingNode)?["resources"] as MappingNode)?["reservations"] as MappingNode;
            foreach (var device in Items(service, "gpus").Concat(reservations is null ? [] : Items(reservations, "devices")).Where(device => !device.Contains("device_ids")))
            {
                SetMissing(device, "count", "all");
            }
        }
    }

    internal static IEnumerable<MappingNode> Items(MappingNode node, string key) => (node[key] as SequenceNode)?.Items.OfType<MappingNode>() ?? [];

    internal static IEnumerable<(string Name, MappingNode Node)> Mappings(MappingNode model, string section) =>
        model[section] is MappingNode mapping
            ? mapping.Entries.ToArray().Where(entry => entry.Value is MappingNode).Select(entry => (entry.Key, (MappingNode)entry.Value))
            : [];

    private static MappingNode Build(MappingNode build, string path)
    {
        if (build["secrets"] is SequenceNode secrets)
        {
            build.Set("secrets", Sources(secrets));
        }

        if (build.TryGet("additional_contexts", out var contexts))
        {
            build.Set("additional_contexts", ListForms.KeyValues(contexts, $"{path}.additional_contexts"));
        }

        if (build.TryGet("ssh", out var ssh))
        {
            build.Set("ssh", ListForms.KeyValues(ssh is ScalarNode ? ListForms.Sequence(ssh, path) : ssh, $"{path}.ssh"));
        }

        return build;
    }

    private static MappingNode Dependencies(MappingNode dependencies)
    {
        foreach (var dependency in dependencies.Entries.Select(entry => entry.Value).OfType<MappingNode>())
        {
            SetMissing(dependency, "condition", "service_started");
            SetMissing(dependency, "required", true);
        }

        return dependencies;
    }

    private static SequenceNode EnvFiles(SequenceNode files) => Each(files, item =>
    {
        var file = item as MappingNode ?? With(new(item.Origin), "path", item);
        SetMissing(file, "required", true);
        return [file];
    });

    private static SequenceNode Sources(SequenceNode list) =>
        Each(list, item => item is ScalarNode { Value: string } ? [With(new(item.Origin), "source", item)] : [item]);

    /// <summary><c>source[:target[:permissions]]</c>.</summary>
    private static MappingNode Device(string text, Origin origin, string path)
    {
        var parts = text.Split(':');
        if (parts.Length > 3)
        {
            throw new ComposeException($"{path}: \"{text}\" has too many colons; write source:target:permissions, or the long form", origin);
        }

        var device = With(new(origin), "source", new ScalarNode(parts[0], origin));
        With(device, "target", new ScalarNode(parts.Length > 1 && parts[1].Length > 0 ? parts[1] : parts[0], origin));
        return With(device, "permissions", new ScalarNode(parts.Length > 2 ? parts[2] : "rwm", origin));
    }

    /// <summary><c>external: {name: x}</c> is the old way to say <c>external: true</c> and <c>name: x</c>.</summary>
    private static void ApplyToExternal(MappingNode definition, string path)
    {
        if (definition["external"] is not MappingNode external)
        {
            return;
        }

        if (external.TryGet("name", out var name))
        {
            if (definition.TryGet("name", out var own) && own.ToString() != name.ToString())
            {
                throw new ComposeException($"{path}: name is \"{own}\" and external.name is \"{name}\"; keep only name", name.Origin);
            }

            definition.Set("name", name);
        }

        definition.Set("external", new ScalarNode(true, external.Origin));
    }

    private static SequenceNode Each(SequenceNode list, Func<Node, IEnumerable<Node>> change) => new(list.Origin, list.Items.SelectMany(change));

    private static MappingNode With(MappingNode node, string key, Node value)
    {
        node.Set(key, value);
        return node;
    }

    private static void SetMissing(MappingNode node, string key, object value)
    {
        if (!node.Contains(key))
        {
            node.Set(key, new ScalarNode(value, Origin.Implied));
        }
    }
}
