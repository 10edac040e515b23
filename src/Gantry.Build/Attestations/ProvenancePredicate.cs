using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Images;
using Gantry.Spec;

namespace Gantry.Build.Attestations;

/// <summary>How an image was made, as SLSA 0.2 or 1.0 has it, with the names that BuildKit gives to what these leave open.</summary>
/// <param name="invocation">The same for all images of a build.</param>
/// <param name="details">What is said besides with <c>mode=max</c>; else null.</param>
internal sealed class ProvenancePredicate(BuildRun run, ProvenanceOptions options, string invocation, BuildSources sources, ProvenanceParameters parameters, ProvenanceDetails? details)
{
    private const string Version02 = "https://slsa.dev/provenance/v0.2";
    private const string Version1 = "https://slsa.dev/provenance/v1";
    private const string BuildType02 = "https://mobyproject.org/buildkit@v1";
    private const string BuildType1 = "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md";

    public Statement Write()
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            if (options.IsVersion1)
            {
                WriteVersion1(json);
            }
            else
            {
                WriteVersion02(json);
            }

            json.WriteEndObject();
        }

        return new(options.IsVersion1 ? Version1 : Version02, output.WrittenMemory, "provenance.json");
    }

    private bool IsHermetic => sources.IsComplete && !parameters.UsesNetwork;

    private void WriteVersion02(Utf8JsonWriter json)
    {
        WriteBuilder(json);
        json.WriteString("buildType", BuildType02);
        WriteMaterials(json, "materials");
        json.WriteStartObject("invocation");
        parameters.WriteConfigSource(json, "entryPoint");
        json.WriteStartObject("parameters");
        parameters.Write(json);
        json.WriteEndObject();
        json.WriteStartObject("environment");
        json.WriteString("platform", Platform.Current.ToString());
        json.WriteEndObject();
        json.WriteEndObject();
        details?.WriteBuildConfig(json);
        json.WriteStartObject("metadata");
        json.WriteString("buildInvocationID", invocation);
        json.WriteString("buildStartedOn", Text(run.Started));
        json.WriteString("buildFinishedOn", Text(run.Environment.Time.GetUtcNow()));
        json.WriteStartObject("completeness");
        json.WriteBoolean("parameters", parameters.IsComplete);
        json.WriteBoolean("environment", true);
        json.WriteBoolean("materials", sources.IsComplete);
        json.WriteEndObject();
        json.WriteBoolean("reproducible", options.IsReproducible);
        json.WriteStartObject($"{BuildType02}#metadata");
        WriteMetadata(json);
        json.WriteEndObject();
        json.WriteBoolean($"{BuildType02}#hermetic", IsHermetic);
        json.WriteEndObject();
    }

    private void WriteVersion1(Utf8JsonWriter json)
    {
        json.WriteStartObject("buildDefinition");
        json.WriteString("buildType", BuildType1);
        json.WriteStartObject("externalParameters");
        parameters.WriteConfigSource(json, "path");
        json.WriteStartObject("request");
        parameters.Write(json);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("internalParameters");
        json.WriteString("builderPlatform", Platform.Current.ToString());
        details?.WriteBuildConfig(json);
        json.WriteEndObject();
        WriteMaterials(json, "resolvedDependencies");
        json.WriteEndObject();
        json.WriteStartObject("runDetails");
        WriteBuilder(json);
        json.WriteStartObject("metadata");
        json.WriteString("invocationId", invocation);
        json.WriteString("startedOn", Text(run.Started));
        json.WriteString("finishedOn", Text(run.Environment.Time.GetUtcNow()));
        json.WriteStartObject("buildkit_metadata");
        WriteMetadata(json);
        json.WriteEndObject();
        json.WriteBoolean("buildkit_hermetic", IsHermetic);
        json.WriteStartObject("buildkit_completeness");
        json.WriteBoolean("request", parameters.IsComplete);
        json.WriteBoolean("resolvedDependencies", sources.IsComplete);
        json.WriteEndObject();
        json.WriteBoolean("buildkit_reproducible", options.IsReproducible);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteMetadata(Utf8JsonWriter json)
    {
        parameters.WriteVcs(json);
        details?.WriteMetadata(json);
    }

    private void WriteBuilder(Utf8JsonWriter json)
    {
        json.WriteStartObject("builder");
        json.WriteString("id", options.BuilderId);
        json.WriteEndObject();
    }

    private void WriteMaterials(Utf8JsonWriter json, string name)
    {
        json.WriteStartArray(name);
        foreach (var source in sources.Materials)
        {
            json.WriteStartObject();
            json.WriteString("uri", source.Uri);
            WriteDigest(json, source.Pin);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static void WriteDigest(Utf8JsonWriter json, SourcePin? pin)
    {
        if (pin is null)
        {
            return;
        }

        json.WriteStartObject("digest");
        json.WriteString(pin.Algorithm, pin.Hex);
        json.WriteEndObject();
    }

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
}
