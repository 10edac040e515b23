using Gantry.Compose.Merging;
using Gantry.Compose.Nodes;

namespace Gantry.Compose.Normalizing;

/// <summary>Lets relative paths start from a directory. The model is in its long forms.</summary>
internal sealed class RelativePaths(string directory, IReadOnlyDictionary<string, string> environment)
{
    public void Apply(MappingNode model)
    {
        foreach (var (_, service) in LongForms.Mappings(model, "services"))
        {
            ApplyToService(service);
        }

        foreach (var section in (string[])["configs", "secrets"])
        {
            foreach (var (_, definition) in LongForms.Mappings(model, section))
            {
                Change(definition, "file", HostPath);
            }
        }

        foreach (var (_, volume) in LongForms.Mappings(model, "volumes"))
        {
            if (volume["driver"]?.ToString() == "local" && volume["driver_opts"] is MappingNode options && options["o"]?.ToString() == "bind")
            {
                Change(options, "device", HostPath);
            }
        }
    }

    public void ApplyToService(MappingNode service)
    {
        if (service["build"] is MappingNode build)
        {
            Change(build, "context", Context);
            ChangeAll(build, "additional_contexts", Context);
            ChangeAll(build, "ssh", HostPath);
        }

        foreach (var file in LongForms.Items(service, "env_file"))
        {
            Change(file, "path", Path);
        }

        if (service.TryGet("label_file", out var labels))
        {
            service.Set("label_file", new SequenceNode(labels.Origin, ListForms.Sequence(labels, "label_file").Items
                .Select(item => item is ScalarNode { Value: string text } ? new ScalarNode(Path(text), item.Origin) : item)));
        }

        if (service["extends"] is MappingNode extends)
        {
            Change(extends, "file", Path);
        }

        foreach (var rule in service["develop"] is MappingNode develop ? LongForms.Items(develop, "watch") : [])
        {
            Change(rule, "path", Path);
        }

        foreach (var mount in LongForms.Items(service, "volumes").Where(mount => mount["type"]?.ToString() == "bind"))
        {
            if (!mount.Contains("source"))
            {
                throw new ComposeException("the bind mount has no source; name the path on the host", mount.Origin);
            }

            Change(mount, "source", HostPath);
        }
    }

    private static void ChangeAll(MappingNode node, string key, Func<string, string> change)
    {
        if (node[key] is MappingNode mapping)
        {
            foreach (var name in mapping.Keys.ToArray())
            {
                Change(mapping, name, change);
            }
        }
    }

    private static void Change(MappingNode node, string key, Func<string, string> change)
    {
        if (node[key] is ScalarNode { Value: string text } scalar)
        {
            node.Set(key, new ScalarNode(change(text), scalar.Origin));
        }
    }

    private string Path(string path)
    {
        var expanded = GoPath.ExpandHome(path, environment);
        return expanded.StartsWith('/') || expanded.Length == 0 ? expanded : GoPath.Join(directory, expanded);
    }

    private string HostPath(string path)
    {
        var expanded = GoPath.ExpandHome(path, environment);
        return expanded.StartsWith('/') || GoPath.IsWindowsRooted(expanded) ? expanded : GoPath.Join(directory, expanded);
    }

    private string Context(string context) => IsRemote(context) ? context : Path(context);

    private static bool IsRemote(string context) =>
        context.Contains("://", StringComparison.Ordinal)
        || ((string[])["service:", "github.com/", "git@"]).Any(prefix => context.StartsWith(prefix, StringComparison.Ordinal));
}
