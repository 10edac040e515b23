using System.Buffers;
using System.Globalization;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gantry.Engine.Devices;

/// <summary>The part of YAML that says what JSON can say, as JSON.</summary>
internal static class YamlAsJson
{
    private const int MostDepth = 32;

    /// <exception cref="FormatException">It is not YAML, or has aliases, or several documents.</exception>
    public static ReadOnlyMemory<byte> Convert(string yaml)
    {
        var output = new ArrayBufferWriter<byte>();
        try
        {
            using (var json = new Utf8JsonWriter(output, new() { MaxDepth = MostDepth }))
            {
                var parser = new Parser(new StringReader(yaml));
                parser.Consume<StreamStart>();
                parser.Consume<DocumentStart>();
                WriteNode(parser, json, MostDepth);
                parser.Consume<DocumentEnd>();
                parser.Consume<StreamEnd>();
            }

            return output.WrittenMemory;
        }
        catch (YamlException e)
        {
            throw new FormatException($"line {e.Start.Line}, column {e.Start.Column}: {e.Message}", e);
        }
    }

    private static void WriteNode(Parser parser, Utf8JsonWriter json, int depth)
    {
        if (depth == 0)
        {
            throw new FormatException($"it is nested more than {MostDepth} levels deep");
        }

        if (parser.TryConsume<MappingStart>(out _))
        {
            json.WriteStartObject();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                json.WritePropertyName(parser.Consume<Scalar>().Value);
                WriteNode(parser, json, depth - 1);
            }

            json.WriteEndObject();
        }
        else if (parser.TryConsume<SequenceStart>(out _))
        {
            json.WriteStartArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                WriteNode(parser, json, depth - 1);
            }

            json.WriteEndArray();
        }
        else
        {
            WriteScalar(parser.Consume<Scalar>(), json);
        }
    }

    private static void WriteScalar(Scalar scalar, Utf8JsonWriter json)
    {
        var text = scalar.Value;
        if (scalar.Style != ScalarStyle.Plain)
        {
            json.WriteStringValue(text);
        }
        else if (text is "" or "~" or "null")
        {
            json.WriteNullValue();
        }
        else if (text is "true" or "false")
        {
            json.WriteBooleanValue(text == "true");
        }
        else if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteStringValue(text);
        }
    }
}
