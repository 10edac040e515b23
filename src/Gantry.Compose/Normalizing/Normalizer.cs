using Gantry.Compose.Merging;
using Gantry.Compose.Nodes;

namespace Gantry.Compose.Normalizing;

/// <summary>Writes down what follows from other values: the default network, names, dependencies, values of the environment.</summary>
internal static class Normalizer
{
    /// <param name="environment">Null: variables that are named only stay so.</param>
    public static void Apply(MappingNode model, string projectName, IReadOnlyDictionary<string, string>? environment)
    {
        var usesDefault = false;
        foreach (var (_, service) in LongForms.Mappings(model, "services"))
        {
            ApplyToService(service, environment);
            usesDefault |= (service["networks"] as MappingNode)?.Contains("default") == true;
        }

        var networks = model["networks"] as MappingNode ?? new MappingNode(Origin.Implied);
        if (usesDefault && !networks.Contains("default"))
        {
            networks.Set("default", new ScalarNode(null, Origin.Implied));
        }

        if (networks.Count > 0)
        {
            model.Set("networks", networks);
        }

        foreach (var section in (string[])["networks", "volumes", "configs", "secrets", "models"])
        {
            SetNames(model, section, projectName);
        }
    }

    /// <summary>Variables that are named only get the value they have here; without one they are left out.</summary>
    public static void ResolveValues(MappingNode? owner, string key, IReadOnlyDictionary<string, string> environment, bool keepsMissing)
    {
        if (owner?[key] is not { } node || node is ScalarNode)
        {
            return;
        }

        var values = ListForms.KeyValues(node, key);
        foreach (var (name, value) in values.Entries.ToArray())
        {
            if (value is not ScalarNode { Value: null })
            {
                continue;
            }

            if (environment.TryGetValue(name, out var found))
            {
                values.Set(name, new ScalarNode(found, value.Origin with { Variables = [name], Sources = [$"{name} ({Loading.Variables.PlaceOf(environment, name)})"] }));
            }
            else if (!keepsMissing)
            {
                values.Remove(name);
            }
        }

        owner.Set(key, values);
    }

    private static void ApplyToService(MappingNode service, IReadOnlyDictionary<string, string>? environment)
    {
        if (service["networks"] is not MappingNode { Count: > 0 } && !service.Contains("network_mode") && !service.Contains("provider"))
        {
            var networks = new MappingNode(Origin.Implied);
            networks.Set("default", new ScalarNode(null, Origin.Implied));
            service.Set("networks", networks);
        }

        if (service["pull_policy"]?.ToString() == "if_not_present")
        {
            service.Set("pull_policy", new ScalarNode("missing", service["pull_policy"]!.Origin));
        }

        if (service["build"] is MappingNode build)
        {
            if (!build.Contains("dockerfile") && !build.Contains("dockerfile_inline"))
            {
                build.Set("dockerfile", new ScalarNode("Dockerfile", Origin.Implied));
            }
        }

        if (environment is not null)
        {
            ResolveValues(service["build"] as MappingNode, "args", environment, keepsMissing: false);
            ResolveValues(service, "environment", environment, keepsMissing: true);
        }

        foreach (var mount in LongForms.Items(service, "volumes"))
        {
            if (mount["target"] is ScalarNode { Value: string target } scalar)
            {
                mount.Set("target", new ScalarNode(GoPath.Clean(target), scalar.Origin));
            }
        }

        AddDependencies(service);
    }

    private static void AddDependencies(MappingNode service)
    {
        var dependencies = service["depends_on"] as MappingNode ?? new MappingNode(Origin.Implied);
        foreach (var link in Texts(service, "links"))
        {
            Add(link.Text!.Split(':')[0], link.Origin, restart: true);
        }

        foreach (var key in (string[])["network_mode", "ipc", "pid", "uts", "cgroup"])
        {
            if (service[key] is ScalarNode { Text: ['s', 'e', 'r', 'v', 'i', 'c', 'e', ':', .. var name] } shared)
            {
                Add(name, shared.Origin, restart: true);
            }
        }

        foreach (var from in Texts(service, "volumes_from"))
        {
            if (!from.Text!.StartsWith("container:", StringComparison.Ordinal))
            {
                Add(from.Text.Split(':')[0], from.Origin, restart: false);
            }
        }

        if (dependencies.Count > 0)
        {
            service.Set("depends_on", dependencies);
        }

        void Add(string name, Origin origin, bool restart)
        {
            if (!dependencies.Contains(name))
            {
                var dependency = ListForms.StartedDependency(origin);
                dependency.Set("restart", new ScalarNode(restart, origin));
                dependencies.Set(name, dependency, origin);
            }
        }
    }

    private static IEnumerable<ScalarNode> Texts(MappingNode service, string key) =>
        (service[key] as SequenceNode)?.Items.OfType<ScalarNode>().Where(item => item.Text is not null) ?? [];

    private static void SetNames(MappingNode model, string section, string projectName)
    {
        if (model[section] is not MappingNode definitions)
        {
            return;
        }

        foreach (var (key, value) in definitions.Entries.ToArray())
        {
            var definition = value as MappingNode ?? new MappingNode(value.Origin);
            if (definition["name"] is null or ScalarNode { Value: null })
            {
                var isExternal = definition["external"] is ScalarNode { Value: not null } external && Binding.Scalars.IsTrue(external.ToString());
                definition.Set("name", new ScalarNode(isExternal || section == "models" ? key : $"{projectName}_{key}", Origin.Implied));
            }

            definitions.Set(key, definition);
        }
    }
}
