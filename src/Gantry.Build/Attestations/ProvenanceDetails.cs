using System.Text;
using System.Text.Json;
using Gantry.Build.Planning;
using Gantry.Spec.Image;

namespace Gantry.Build.Attestations;

/// <summary>What a provenance has besides with <c>mode=max</c>: the steps, their places in the Dockerfile, and their layers.</summary>
/// <param name="layers">Of the image; empty where they are not those of the steps.</param>
internal sealed class ProvenanceDetails(BuildRequest request, ImagePlan plan, IReadOnlyList<Descriptor> layers)
{
    private readonly LlbDefinition definition = new(request, plan);

    public void WriteBuildConfig(Utf8JsonWriter json)
    {
        json.WriteStartObject("buildConfig");
        definition.Write(json);
        json.WriteEndObject();
    }

    public void WriteMetadata(Utf8JsonWriter json)
    {
        WriteSource(json);
        WriteLayers(json);
    }

    private void WriteSource(Utf8JsonWriter json)
    {
        json.WriteStartObject("source");
        json.WriteStartObject("locations");
        foreach (var vertex in definition.Vertices)
        {
            if (vertex.Lines is { Start: > 0 } lines)
            {
                WriteLocation(json, vertex.Id, lines);
            }
        }

        json.WriteEndObject();
        json.WriteStartArray("infos");
        json.WriteStartObject();
        json.WriteString("filename", request.DockerfileName);
        json.WriteString("language", "Dockerfile");
        json.WriteBase64String("data", Encoding.UTF8.GetBytes(request.Dockerfile));
        LlbDefinition.OfDockerfile(request).Write(json);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLocation(Utf8JsonWriter json, string id, LineRange lines)
    {
        json.WriteStartObject(id);
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartArray("ranges");
        json.WriteStartObject();
        foreach (var (name, line) in (ReadOnlySpan<(string, int)>)[("start", lines.Start), ("end", lines.End)])
        {
            json.WriteStartObject(name);
            json.WriteNumber("line", line);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>For each step that the image stands on directly, all layers up to its own.</summary>
    private void WriteLayers(Utf8JsonWriter json)
    {
        var beneath = layers.Count - plan.LayerSteps.Count;
        if (beneath < 0 || layers.Count == 0)
        {
            return;
        }

        json.WriteStartObject("layers");
        var first = plan.LayerSteps is [var lowest, ..] ? lowest.Root : plan.Step;
        foreach (var (step, count) in plan.LayerSteps.Select((step, index) => (step, beneath + index + 1)).Prepend((first!, beneath)))
        {
            if (count > 0 && definition.FindOutput(step) is { } output)
            {
                WriteChain(json, output, layers.Take(count));
            }
        }

        json.WriteEndObject();
    }

    private static void WriteChain(Utf8JsonWriter json, string output, IEnumerable<Descriptor> chain)
    {
        json.WriteStartArray(output);
        json.WriteStartArray();
        foreach (var layer in chain)
        {
            json.WriteStartObject();
            json.WriteString("mediaType", layer.MediaType);
            json.WriteString("digest", layer.Digest.ToString());
            json.WriteNumber("size", layer.Size);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndArray();
    }
}
