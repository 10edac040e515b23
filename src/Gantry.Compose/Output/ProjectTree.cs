using Gantry.Compose.Model;
using Gantry.Compose.Nodes;

namespace Gantry.Compose.Output;

/// <summary>A project as it is printed.</summary>
internal static class ProjectTree
{
    public static MappingNode Of(ComposeProject project, OutputFormat format)
    {
        var map = new OutputMap(format)
            .Add("name", project.Name)
            .Add("services", project.Services, service => ServiceTree.Of(service, format))
            .Add("networks", project.Networks, network => NetworkTrees.Definition(network, format))
            .Add("volumes", project.Volumes, volume => Volume(volume, format))
            .Add("secrets", project.Secrets, secret => File(secret, format))
            .Add("configs", project.Configs, config => File(config, format))
            .Add("models", project.Models, model => Model(model, format));
        if (project.Services.Count == 0)
        {
            map.Set("services", new MappingNode(Origin.Implied));
        }

        foreach (var (key, value) in project.Extensions.OrderBy(pair => pair.Key, map.Order))
        {
            var sorted = Sorting.Sorted(value, map.Order);
            map.Set(key, map.IsJson ? WithoutEmptyLists(sorted) : sorted);
        }

        return format == OutputFormat.Yaml ? map.Node : TopLevelSorted(map.Node);
    }

    /// <summary>In JSON an empty list of an extension is null.</summary>
    private static Node WithoutEmptyLists(Node node)
    {
        switch (node)
        {
            case MappingNode mapping:
                foreach (var (key, value) in mapping.Entries.ToArray())
                {
                    mapping.Set(key, WithoutEmptyLists(value));
                }

                return mapping;
            case SequenceNode { Items.Count: > 0 } sequence:
                return new SequenceNode(sequence.Origin, sequence.Items.Select(WithoutEmptyLists));
            case SequenceNode:
                return OutputMap.Scalar(null);
            default:
                return node;
        }
    }

    private static MappingNode TopLevelSorted(MappingNode node)
    {
        var sorted = new MappingNode(node.Origin);
        foreach (var (key, value) in node.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            sorted.Set(key, value);
        }

        return sorted;
    }

    public static MappingNode Volume(VolumeDefinition volume, OutputFormat format) => new OutputMap(format)
        .Add("name", volume.Name)
        .Add("driver", volume.Driver)
        .Add("driver_opts", volume.DriverOpts)
        .Add("external", volume.External)
        .Add("labels", volume.Labels)
        .AddExtensions(volume.Extensions).Node;

    private static MappingNode File(FileDefinition file, OutputFormat format) => new OutputMap(format)
        .Add("name", file.Name)
        .Add("file", file.File)
        .Add("environment", file.Environment)
        .Add("content", file.Content)
        .Add("external", file.External)
        .Add("labels", file.Labels)
        .Add("driver", file.Driver)
        .Add("driver_opts", file.DriverOpts)
        .Add("template_driver", file.TemplateDriver)
        .AddExtensions(file.Extensions).Node;

    private static MappingNode Model(ModelDefinition model, OutputFormat format) => new OutputMap(format)
        .Add("name", model.Name)
        .Add("model", model.Model)
        .Add("context_size", model.ContextSize)
        .Add("runtime_flags", model.RuntimeFlags)
        .AddExtensions(model.Extensions).Node;
}
