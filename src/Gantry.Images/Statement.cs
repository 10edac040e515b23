using System.Buffers;
using System.Text.Json;
using Gantry.Spec;

namespace Gantry.Images;

/// <summary>What is said of an image, or of files (in-toto attestation framework, "Statement").</summary>
/// <param name="PredicateType">What kind of thing is said: <c>https://slsa.dev/provenance/v0.2</c>.</param>
/// <param name="Predicate">JSON.</param>
/// <param name="FileName">What it is called where it is a file: <c>provenance.json</c>.</param>
public sealed record Statement(string PredicateType, ReadOnlyMemory<byte> Predicate, string FileName)
{
    /// <param name="subjects">What it is said of.</param>
    public byte[] Write(IEnumerable<(string Name, Digest Digest)> subjects, bool indented)
    {
        ArgumentNullException.ThrowIfNull(subjects);
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = indented }))
        {
            json.WriteStartObject();
            json.WriteString("_type", "https://in-toto.io/Statement/v0.1");
            json.WriteString("predicateType", PredicateType);
            json.WriteStartArray("subject");
            foreach (var (name, digest) in subjects)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteStartObject("digest");
                json.WriteString(digest.Algorithm, digest.Hex);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WritePropertyName("predicate");
            WritePredicate(json, indented);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private void WritePredicate(Utf8JsonWriter json, bool indented)
    {
        if (!indented)
        {
            json.WriteRawValue(Predicate.Span);
            return;
        }

        using var document = JsonDocument.Parse(Predicate);
        document.RootElement.WriteTo(json);
    }
}
