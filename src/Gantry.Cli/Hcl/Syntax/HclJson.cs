using System.Text;
using System.Text.Json;
using Gantry.Cli.Hcl.Expressions;

namespace Gantry.Cli.Hcl.Syntax;

/// <summary>A JSON file to attributes and blocks: strings are templates (HCL JSON syntax).</summary>
internal sealed class HclJson
{
    private readonly string _file;
    private readonly byte[] _source;

    private HclJson(string file, string source) => (_file, _source) = (file, Encoding.UTF8.GetBytes(source));

    /// <param name="file">Its name in messages.</param>
    /// <param name="types">The blocks that stand in the file itself.</param>
    /// <exception cref="HclException">The text is not JSON, or a block is no object.</exception>
    public static HclBody Parse(string file, string source, IReadOnlyList<HclBlockType> types)
    {
        var parser = new HclJson(file, source);
        var reader = new Utf8JsonReader(parser._source);
        try
        {
            reader.Read();
            var whole = parser.Read(ref reader);
            if (reader.Read()) throw new HclException(parser.PlaceAt(reader.TokenStartIndex), "the file must be one JSON object");
            return BodyOf(whole, types);
        }
        catch (JsonException e)
        {
            throw new HclException(new(file, (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1), "the file is not JSON from here on");
        }
    }

    private HclExpression Read(ref Utf8JsonReader reader)
    {
        var place = PlaceAt(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new List<KeyValuePair<HclExpression, HclExpression>>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var key = HclTemplateParser.Parse(PlaceAt(reader.TokenStartIndex), reader.GetString()!);
                    reader.Read();
                    members.Add(new(key, Read(ref reader)));
                }

                return new MapExpression(place, members);
            case JsonTokenType.StartArray:
                var items = new List<HclExpression>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) items.Add(Read(ref reader));
                return new ListExpression(place, items);
            case JsonTokenType.String:
                return HclTemplateParser.Parse(place, reader.GetString()!);
            case JsonTokenType.Number:
                return new LiteralExpression(place, reader.TryGetDecimal(out var number) ? HclValue.Of(number) : throw new HclException(place, "the number has more digits than a number can have here"));
            default:
                return new LiteralExpression(place, reader.TokenType == JsonTokenType.Null ? HclValue.Null : HclValue.Of(reader.TokenType == JsonTokenType.True));
        }
    }

    private static HclBody BodyOf(HclExpression whole, IReadOnlyList<HclBlockType> types)
    {
        var attributes = new List<HclAttribute>();
        var blocks = new List<HclBlock>();
        foreach (var (key, value) in MembersOf(whole))
        {
            if (types.FirstOrDefault(type => type.Name == key.Name) is { } type) AddBlocks(blocks, type, [], value, key.Place);
            else attributes.Add(new(key.Name, value, key.Place));
        }

        return new(attributes, blocks);
    }

    // Of an array each element is one more block.
    private static void AddBlocks(List<HclBlock> blocks, HclBlockType type, IReadOnlyList<string> labels, HclExpression value, HclPlace place)
    {
        if (value is ListExpression list)
        {
            foreach (var item in list.Items) AddBlocks(blocks, type, labels, item, place);
        }
        else if (labels.Count == type.Labels)
        {
            blocks.Add(new(type.Name, labels, BodyOf(value, type.Inner), place));
        }
        else
        {
            foreach (var (key, inner) in MembersOf(value)) AddBlocks(blocks, type, [.. labels, key.Name], inner, key.Place);
        }
    }

    private static IEnumerable<((string Name, HclPlace Place) Key, HclExpression Value)> MembersOf(HclExpression value)
    {
        if (value is not MapExpression map) throw new HclException(value.Place, "an object is needed here");
        foreach (var (key, inner) in map.Members)
        {
            var name = key is TemplateExpression { Parts: [LiteralExpression { Value: var literal }] } && literal.TryText(out var text) ? text : throw new HclException(key.Place, "the name must be a plain string");
            yield return ((name, key.Place), inner);
        }
    }

    private HclPlace PlaceAt(long index)
    {
        var before = _source.AsSpan(0, (int)index);
        return new(_file, before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1);
    }
}
