using Gantry.Compose.Model;
using Gantry.Compose.Nodes;
using Gantry.Compose.Output;

namespace Gantry.Compose.Kubernetes;

/// <summary>What the parts of a project's manifests have in common: names, labels, files and warnings.</summary>
internal sealed class ManifestContext
{
    private readonly List<string> warnings = [];
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);
    private readonly FileObjects files;

    public ManifestContext(ComposeProject project, KubernetesOptions options)
    {
        (Project, Options) = (project, options);
        files = new(this);
        foreach (var service in project.Services.Values)
        {
            var name = KubernetesNames.Of(service.Name);
            if (names.FirstOrDefault(pair => pair.Value == name).Key is { } other)
            {
                throw new ComposeException($"services.{service.Name}: its name in Kubernetes is {name}, as is that of services.{other}; rename one of them");
            }

            names[service.Name] = name;
            if (name != service.Name)
            {
                Warn(service, null, $"other services find it as {name}: Kubernetes takes no name like {service.Name}");
            }
        }
    }

    public ComposeProject Project { get; }

    public KubernetesOptions Options { get; }

    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>The ConfigMaps and Secrets that were asked for.</summary>
    public IEnumerable<KubernetesObject> Files => files.All;

    public FileObjects FileSource => files;

    public string NameOf(string service) => names[service];

    public bool IsName(string name) => names.ContainsValue(name);

    public void Warn(ComposeService service, string? key, string text) => Warn(key is null ? $"services.{service.Name}" : $"services.{service.Name}.{key}", text);

    /// <summary>What is the same for many services is told once for each.</summary>
    public void Warn(string place, string text)
    {
        var warning = $"{place}: {text}";
        if (!warnings.Contains(warning))
        {
            warnings.Add(warning);
        }
    }

    /// <summary>What the pods of a service are known by.</summary>
    public MappingNode Selector(ComposeService service) => Labels(NameOf(service.Name));

    public MappingNode Labels(string? name) => new OutputMap(OutputFormat.Yaml)
        .Add("app.kubernetes.io/name", name)
        .Add("app.kubernetes.io/part-of", KubernetesNames.Of(Project.Name)).Node;

    public KubernetesObject Object(string version, string kind, string name, string? labelled, MappingNode body, MappingNode? annotations = null)
    {
        var tree = new OutputMap(OutputFormat.Yaml)
            .Add("apiVersion", version)
            .Add("kind", kind)
            .Set("metadata", new OutputMap(OutputFormat.Yaml)
                .Add("name", name)
                .Set("labels", Labels(labelled))
                .Add("annotations", annotations is { Count: > 0 } ? annotations : null).Node).Node;
        foreach (var (key, value) in body.Entries)
        {
            tree.Set(key, value);
        }

        return new(kind, name, tree);
    }

    /// <summary>Labels of containers are as free as annotations of Kubernetes are.</summary>
    public MappingNode Annotations(ComposeService service, string key, params ReadOnlySpan<IReadOnlyDictionary<string, string>> sources)
    {
        var map = new OutputMap(OutputFormat.Yaml);
        foreach (var source in sources)
        {
            foreach (var (name, value) in source)
            {
                if (KubernetesNames.IsAnnotation(name))
                {
                    map.Always(name, value);
                }
                else
                {
                    Warn(service, $"{key}.{name}", "it is no name for an annotation of Kubernetes, and is left out");
                }
            }
        }

        return map.Node;
    }
}
