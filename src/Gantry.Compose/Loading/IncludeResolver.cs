using Gantry.Compose.Nodes;
using Gantry.Compose.Normalizing;
using Gantry.Compose.Output;

namespace Gantry.Compose.Loading;

/// <summary>Adds what other projects define (spec.md, "include"); each is loaded with its own directory and variables.</summary>
internal sealed class IncludeResolver(ModelLoader loader)
{
    private static readonly string[] Sections = ["services", "volumes", "networks", "secrets", "configs", "models"];

    public void Apply(MappingNode document)
    {
        if (document["include"] is not SequenceNode includes)
        {
            return;
        }

        foreach (var include in includes.Items)
        {
            Import(Load(include), document, include.Origin);
        }

        document.Remove("include");
    }

    private MappingNode Load(Node include)
    {
        var entry = include as MappingNode;
        var files = Texts(entry is null ? include : entry["path"]).Select(file => RemoteFiles.IsRemote(file) ? RemoteFiles.Fetch(loader.Options, file, include.Origin) : Absolute(file, loader.Directory)).ToArray();
        if (files.Length == 0)
        {
            throw new ComposeException("include: the path is missing", include.Origin);
        }

        foreach (var file in files.Where(file => !FileText.Exists(file)))
        {
            throw new ComposeException($"include: the file {file} does not exist", include.Origin);
        }

        if (loader.Chain.Contains(files[0]))
        {
            throw new ComposeException($"include: the files include each other in a circle: {string.Join(", which includes ", loader.Chain.SkipWhile(file => file != files[0]).Append(files[0]))}", include.Origin);
        }

        var directory = Texts(entry?["project_directory"]).FirstOrDefault() is { } named ? Absolute(named, loader.Directory) : Path.GetDirectoryName(files[0])!;
        var environment = EnvironmentFiles.With(loader.Environment, EnvFiles(entry, directory), loader.Options.Warn);
        var model = new ModelLoader(loader.Options, environment, directory, [.. loader.Chain, files[0]])
            .Load(files.Select(file => (file, YamlReader.Read(FileText.Read(file), file))));
        model.Remove("name");
        new RelativePaths(Path.GetRelativePath(loader.Directory, directory), loader.Environment).Apply(model);
        foreach (var (_, service) in LongForms.Mappings(model, "services"))
        {
            Normalizer.ResolveValues(service, "environment", environment, keepsMissing: true);
        }

        foreach (var definition in LongForms.Mappings(model, "secrets").Concat(LongForms.Mappings(model, "configs")).Select(entry => entry.Node))
        {
            if (definition["environment"] is ScalarNode { Text: { } name } variable && environment.TryGetValue(name, out var value))
            {
                definition.Set("environment", new ScalarNode(name, variable.Origin) { Meaning = variable.Meaning ?? value });
            }
        }

        return model;
    }

    private string[] EnvFiles(MappingNode? entry, string directory)
    {
        var implied = Path.Combine(directory, ".env");
        return Texts(entry?["env_file"]).ToArray() switch
        {
            { Length: > 0 } named => [.. named.Select(file => Absolute(file, loader.Directory))],
            _ => FileText.Exists(implied) ? [implied] : [],
        };
    }

    private static void Import(MappingNode included, MappingNode document, Origin at)
    {
        foreach (var section in Sections)
        {
            if (included[section] is not MappingNode from)
            {
                continue;
            }

            var to = document[section] as MappingNode ?? new MappingNode(from.Origin);
            document.Set(section, to);
            foreach (var (name, value) in from.Entries)
            {
                if (!to.TryGet(name, out var own))
                {
                    to.Set(name, value, from.KeyOrigin(name));
                }
                else if (JsonText.Write(Sorting.Sorted(own, StringComparer.Ordinal), false) != JsonText.Write(Sorting.Sorted(value, StringComparer.Ordinal), false))
                {
                    throw new ComposeException($"include: {section}.{name} is also defined in {to.KeyOrigin(name)}; rename one of them, or give an override file in the path of the include", at);
                }
            }
        }
    }

    private string Absolute(string path, string directory) => Path.GetFullPath(GoPath.ExpandHome(path, loader.Environment), directory);

    private static IEnumerable<string> Texts(Node? node) => node switch
    {
        SequenceNode list => list.Items.SelectMany(Texts),
        ScalarNode { Value: string { Length: > 0 } text } => [text],
        _ => [],
    };
}
