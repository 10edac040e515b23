using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gantry.Compose.Nodes;

/// <summary>Reads YAML to nodes that know their places; anchors, aliases and merge keys are resolved.</summary>
internal sealed class YamlReader
{
    // Aliases to aliases can make a small file huge; a real one has some thousand values.
    private const int MostValues = 1_000_000;
    private const int MostDepth = 200;
    private readonly string file;
    private readonly Parser parser;
    private readonly Dictionary<string, Node?> anchors = new(StringComparer.Ordinal);
    private int values;

    private YamlReader(string text, string file)
    {
        this.file = file;
        parser = new Parser(new Scanner(new StringReader(text)));
    }

    /// <summary>The documents of a file; an empty one is left out.</summary>
    /// <exception cref="ComposeException">It is no YAML, or a mapping has a key twice.</exception>
    public static IReadOnlyList<Node> Read(string text, string file)
    {
        var reader = new YamlReader(text.TrimStart('\uFEFF'), file);
        try
        {
            return reader.ReadStream();
        }
        catch (YamlException e)
        {
            throw new ComposeException($"it is not valid YAML: {Sentence(e.Message)}", new(file, (int)e.Start.Line, (int)e.Start.Column), e);
        }
    }

    private static string Sentence(string message)
    {
        // The library's messages begin with the place, "(Line: 1, Col: 2, Idx: 3) - (Line: …): ".
        var text = message[(message.LastIndexOf("): ", StringComparison.Ordinal) is var end and >= 0 ? end + 3 : 0)..].TrimEnd('.');
        return text.Length > 0 ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }

    private List<Node> ReadStream()
    {
        var documents = new List<Node>();
        parser.Consume<StreamStart>();
        while (!parser.Accept<StreamEnd>(out _))
        {
            parser.Consume<DocumentStart>();
            anchors.Clear();
            var node = ReadNode(0);
            if (node is not ScalarNode { Value: null })
            {
                documents.Add(node);
            }

            parser.Consume<DocumentEnd>();
        }

        return documents;
    }

    private Node ReadNode(int depth)
    {
        if (depth > MostDepth)
        {
            throw new ComposeException($"values are nested more than {MostDepth} deep", At(parser.Current!));
        }

        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            var target = anchors.GetValueOrDefault(alias.Value.Value)
                ?? throw new ComposeException($"the alias *{alias.Value} has no anchor &{alias.Value} before it", At(alias));
            Count(Size(target), At(alias));
            return target.Clone();
        }

        Count(1, At(parser.Current!));
        var start = (NodeEvent)parser.Current!;
        var anchor = start.Anchor.IsEmpty ? null : start.Anchor.Value;
        if (anchor is not null)
        {
            // An alias inside of what it names finds nothing.
            anchors[anchor] = null;
        }

        Node node = start switch
        {
            Scalar => ReadScalar(),
            SequenceStart => ReadSequence(depth),
            MappingStart => ReadMapping(depth),
            _ => throw new ComposeException("a value is missing", At(start)),
        };
        node.Tag = Tag(start);
        if (anchor is not null)
        {
            anchors[anchor] = node;
        }

        return node;
    }

    private static MergeTag Tag(NodeEvent at) => at.Tag.IsEmpty ? MergeTag.None : at.Tag.Value switch
    {
        "!reset" => MergeTag.Reset,
        "!override" => MergeTag.Override,
        _ => MergeTag.None,
    };

    private ScalarNode ReadScalar()
    {
        var scalar = parser.Consume<Scalar>();
        var tag = scalar.Tag.IsEmpty ? "" : scalar.Tag.Value;
        var isPlain = scalar.Style == ScalarStyle.Plain;
        object? value = tag switch
        {
            "tag:yaml.org,2002:str" or "!" => scalar.Value,
            "tag:yaml.org,2002:int" or "tag:yaml.org,2002:float" or "tag:yaml.org,2002:bool" or "tag:yaml.org,2002:null" => YamlScalar.Resolve(scalar.Value),
            _ => isPlain ? YamlScalar.Resolve(scalar.Value) : scalar.Value,
        };
        return new(value, At(scalar));
    }

    private SequenceNode ReadSequence(int depth)
    {
        var sequence = new SequenceNode(At(parser.Consume<SequenceStart>()));
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            sequence.Items.Add(ReadNode(depth + 1));
        }

        return sequence;
    }

    private MappingNode ReadMapping(int depth)
    {
        var mapping = new MappingNode(At(parser.Consume<MappingStart>()));
        var merged = new List<MappingNode>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (parser.Current is not Scalar)
            {
                throw new ComposeException("a key must be a string", At(parser.Current!));
            }

            var key = parser.Consume<Scalar>();
            if (key is { Value: "<<", Style: ScalarStyle.Plain })
            {
                merged.AddRange(Merged(ReadNode(depth + 1)));
                continue;
            }

            if (key.Style == ScalarStyle.Plain && YamlScalar.Resolve(key.Value) is not string)
            {
                throw new ComposeException($"the key {key.Value} is not a string; put it in quotes", At(key));
            }

            if (mapping.Contains(key.Value))
            {
                throw new ComposeException($"the key {key.Value} is there already, in line {mapping.KeyOrigin(key.Value).Line}; remove one of them", At(key));
            }

            mapping.Set(key.Value, ReadNode(depth + 1), At(key));
        }

        foreach (var (key, value, origin) in merged.SelectMany(other => other.Entries.Select(entry => (entry.Key, entry.Value, other.KeyOrigin(entry.Key)))))
        {
            if (!mapping.Contains(key))
            {
                mapping.Set(key, value, origin);
            }
        }

        return mapping;
    }

    private static IEnumerable<MappingNode> Merged(Node node) => node switch
    {
        MappingNode mapping => [mapping],
        SequenceNode sequence => sequence.Items.SelectMany(Merged),
        _ => throw new ComposeException("the merge key << takes a mapping or a list of mappings", node.Origin),
    };

    private void Count(int added, Origin at)
    {
        values += added;
        if (values > MostValues)
        {
            throw new ComposeException($"the aliases make more than {MostValues} values of this file", at);
        }
    }

    private static int Size(Node node) => node switch
    {
        MappingNode mapping => 1 + mapping.Entries.Sum(entry => Size(entry.Value)),
        SequenceNode sequence => 1 + sequence.Items.Sum(Size),
        _ => 1,
    };

    private Origin At(ParsingEvent at) => new(file, (int)at.Start.Line, (int)at.Start.Column);
}
