using Gantry.Compose.Interpolation;
using Gantry.Compose.Merging;
using Gantry.Compose.Nodes;
using Gantry.Compose.Normalizing;
using Gantry.Compose.Schema;

namespace Gantry.Compose.Loading;

/// <summary>Files merged to one tree in its long forms, with what they extend and include.</summary>
/// <param name="directory">Absolute; where relative paths of the files start.</param>
/// <param name="chain">The main files of the projects that include this one.</param>
internal sealed class ModelLoader(LoadOptions options, IReadOnlyDictionary<string, string> environment, string directory, IReadOnlyList<string> chain)
{
    public string Directory => directory;

    public LoadOptions Options => options;

    public IReadOnlyDictionary<string, string> Environment => environment;

    /// <summary>The main files from the outermost project to this one.</summary>
    public IReadOnlyList<string> Chain => chain;

    /// <param name="files">Each file's documents, as they were read.</param>
    /// <exception cref="ComposeException">The files are no Compose project.</exception>
    public MappingNode Load(IEnumerable<(string File, IReadOnlyList<Node> Documents)> files)
    {
        var model = new MappingNode(Origin.Implied);
        foreach (var (file, documents) in files)
        {
            foreach (var document in documents)
            {
                model = LoadDocument(model, document, file);
            }
        }

        LongForms.Apply(model, options.Interpolates);
        UniqueItems.Keep(model);
        LongForms.ApplyDefaults(model);
        DefinitionChecks.Check(model);
        return model;
    }

    /// <summary>A document with its variables replaced; it must be a mapping.</summary>
    public MappingNode Interpolated(Node document)
    {
        if (document is not MappingNode mapping)
        {
            throw new ComposeException("the file's top level must be a mapping with keys like services", document.Origin);
        }

        return options.Interpolates ? (MappingNode)new Interpolator(environment, options.Warn).Interpolate(mapping) : mapping;
    }

    private MappingNode LoadDocument(MappingNode model, Node document, string file)
    {
        var mapping = Interpolated(document);
        new ExtendsResolver(this).Apply(mapping, file);
        new IncludeResolver(this).Apply(mapping);
        model = Merger.Merge(model, mapping);
        UniqueItems.Keep(model);
        SchemaValidator.Validate(model);
        // It was asked for once, and means nothing now.
        model.Remove("version");
        return model;
    }
}
