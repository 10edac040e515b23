using Gantry.Compose.Merging;
using Gantry.Compose.Nodes;
using Gantry.Compose.Normalizing;

namespace Gantry.Compose.Loading;

/// <summary>Lays services over those that they extend, in the same file or another (spec.md, "extends").</summary>
internal sealed class ExtendsResolver(ModelLoader loader)
{
    private readonly Dictionary<string, MappingNode> read = new(StringComparer.Ordinal);

    public void Apply(MappingNode document, string file)
    {
        if (document["services"] is not MappingNode services)
        {
            return;
        }

        foreach (var name in services.Keys.ToArray())
        {
            Resolve(name, services, file, []);
        }
    }

    private Node Resolve(string name, MappingNode services, string file, IReadOnlyList<(string File, string Name)> chain)
    {
        if (services[name] is not MappingNode service || service["extends"] is not { } extends || extends.Tag == MergeTag.Reset)
        {
            return services[name]!;
        }

        if (chain.Contains((file, name)))
        {
            var names = chain.SkipWhile(link => link != (file, name)).Append((file, name)).Select(link => $"{link.Item2} in {link.Item1}");
            throw new ComposeException($"services.{name}.extends: the services extend each other in a circle: {string.Join(", which extends ", names)}", extends.Origin);
        }

        var target = Text(extends as ScalarNode ?? (extends as MappingNode)?["service"])
            ?? throw new ComposeException($"services.{name}.extends: the key service is missing", extends.Origin);
        var otherFile = Text((extends as MappingNode)?["file"]);
        var (baseFile, baseServices) = otherFile is null ? (file, services) : Services(otherFile, name, extends);
        if (!baseServices.Contains(target))
        {
            throw new ComposeException($"services.{name}.extends: {baseFile} has no service {target}", extends.Origin);
        }

        var under = Resolve(target, baseServices, baseFile, [.. chain, (file, name)]);
        service.Remove("extends");
        if (under is MappingNode mapping)
        {
            services.Set(name, Merger.MergeService((MappingNode)mapping.Clone(), service, name), services.KeyOrigin(name));
        }

        return services[name]!;
    }

    /// <summary>The services of another file, their paths made to start from the project's directory.</summary>
    private (string File, MappingNode Services) Services(string path, string name, Node extends)
    {
        var file = RemoteFiles.IsRemote(path) ? RemoteFiles.Fetch(loader.Options, path, extends.Origin) : Path.GetFullPath(GoPath.ExpandHome(path, loader.Environment), loader.Directory);
        if (read.TryGetValue(file, out var services))
        {
            return (file, services);
        }

        if (!FileText.Exists(file))
        {
            throw new ComposeException($"services.{name}.extends: the file {file} does not exist", extends.Origin);
        }

        var model = new MappingNode(Origin.Implied);
        foreach (var document in YamlReader.Read(FileText.Read(file), file))
        {
            model = Merger.Merge(model, loader.Interpolated(document));
        }

        var paths = new RelativePaths(Path.GetRelativePath(loader.Directory, Path.GetDirectoryName(file)!), loader.Environment);
        foreach (var (serviceName, service) in LongForms.Mappings(model, "services"))
        {
            LongForms.ApplyToService(service, $"services.{serviceName}", loader.Options.Interpolates);
            paths.ApplyToService(service);
        }

        return (file, read[file] = model["services"] as MappingNode ?? new MappingNode(extends.Origin));
    }

    private static string? Text(Node? node) => node is ScalarNode { Value: string { Length: > 0 } text } ? text : null;
}
