using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gantry.Build.Planning;
using Gantry.Build.Solving;
using Gantry.Build.Steps;
using Gantry.Images;
using Gantry.Spec;

namespace Gantry.Build.Attestations;

/// <summary>How an image was made, as SLSA 0.2 or 1.0 has it, with the names that BuildKit gives to what these leave open.</summary>
internal sealed class ProvenancePredicate(BuildRun run, BuildRequest request, ProvenanceOptions options, ImagePlan plan, IReadOnlyList<BuildSource> sources)
{
    private const string Version02 = "https://slsa.dev/provenance/v0.2";
    private const string Version1 = "https://slsa.dev/provenance/v1";
    private const string BuildType02 = "https://mobyproject.org/buildkit@v1";
    private const string BuildType1 = "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md";
    private const string Frontend = "dockerfile.v0";
    private readonly ArrayBufferWriter<byte> output = new();
    private readonly string invocation = RandomNumberGenerator.GetHexString(32, lowercase: true);

    public Statement Write()
    {
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

        return new(options.IsVersion1 ? Version1 : Version02, output.WrittenMemory);
    }

    private void WriteVersion02(Utf8JsonWriter json)
    {
        WriteBuilder(json);
        json.WriteString("buildType", BuildType02);
        WriteSources(json, "materials");
        json.WriteStartObject("invocation");
        WriteDefinition(json, "entryPoint");
        json.WriteStartObject("parameters");
        WriteRequest(json);
        json.WriteEndObject();
        json.WriteStartObject("environment");
        json.WriteString("platform", Platform.Current.ToString());
        json.WriteEndObject();
        json.WriteEndObject();
        WriteSteps(json);
        json.WriteStartObject("metadata");
        json.WriteString("buildInvocationID", invocation);
        json.WriteString("buildStartedOn", Text(run.Started));
        json.WriteString("buildFinishedOn", Text(run.Environment.Time.GetUtcNow()));
        json.WriteStartObject("completeness");
        json.WriteBoolean("parameters", options.IsMax);
        json.WriteBoolean("environment", true);
        json.WriteBoolean("materials", false);
        json.WriteEndObject();
        json.WriteBoolean("reproducible", options.IsReproducible);
        json.WriteStartObject($"{BuildType02}#metadata");
        WriteDockerfile(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteVersion1(Utf8JsonWriter json)
    {
        json.WriteStartObject("buildDefinition");
        json.WriteString("buildType", BuildType1);
        json.WriteStartObject("externalParameters");
        WriteDefinition(json, "path");
        json.WriteStartObject("request");
        WriteRequest(json);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("internalParameters");
        json.WriteString("builderPlatform", Platform.Current.ToString());
        WriteSteps(json);
        json.WriteEndObject();
        WriteSources(json, "resolvedDependencies");
        json.WriteEndObject();
        json.WriteStartObject("runDetails");
        WriteBuilder(json);
        json.WriteStartObject("metadata");
        json.WriteString("invocationId", invocation);
        json.WriteString("startedOn", Text(run.Started));
        json.WriteString("finishedOn", Text(run.Environment.Time.GetUtcNow()));
        json.WriteStartObject("buildkit_metadata");
        WriteDockerfile(json);
        json.WriteEndObject();
        json.WriteStartObject("buildkit_completeness");
        json.WriteBoolean("request", options.IsMax);
        json.WriteBoolean("resolvedDependencies", false);
        json.WriteEndObject();
        json.WriteBoolean("buildkit_reproducible", options.IsReproducible);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <param name="pathName">What the version calls the Dockerfile's path.</param>
    private void WriteDefinition(Utf8JsonWriter json, string pathName)
    {
        json.WriteStartObject("configSource");
        if (request.Source is { } source)
        {
            json.WriteString("uri", source);
        }

        json.WriteString(pathName, request.DockerfileName);
        json.WriteEndObject();
    }

    private void WriteBuilder(Utf8JsonWriter json)
    {
        json.WriteStartObject("builder");
        json.WriteString("id", options.BuilderId);
        json.WriteEndObject();
    }

    private void WriteSources(Utf8JsonWriter json, string name)
    {
        json.WriteStartArray(name);
        foreach (var source in sources)
        {
            json.WriteStartObject();
            json.WriteString("uri", source.Uri);
            if (source.Digest is var (algorithm, hex))
            {
                json.WriteStartObject("digest");
                json.WriteString(algorithm, hex);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>What was asked for. Arguments and labels may have what is nobody's business: they are written where all is asked for, and proxies, which may have passwords, never.</summary>
    private void WriteRequest(Utf8JsonWriter json)
    {
        json.WriteString("frontend", Frontend);
        json.WriteStartObject("args");
        if (request.Target is { Length: > 0 } target)
        {
            json.WriteString("target", target);
        }

        if (options.IsMax)
        {
            foreach (var (name, value) in request.Arguments.Where(argument => argument.Value is not null && !PlatformArguments.Proxies.Contains(argument.Key)).OrderBy(argument => argument.Key, StringComparer.Ordinal))
            {
                json.WriteString($"build-arg:{name}", value);
            }

            foreach (var (name, value) in request.Labels.OrderBy(label => label.Key, StringComparer.Ordinal))
            {
                json.WriteString($"label:{name}", value);
            }
        }

        json.WriteEndObject();
        if (options.IsMax)
        {
            var mounts = Step.AllOf(plan.Step).OfType<RunStep>().SelectMany(step => step.Mounts).ToList();
            WriteIds(json, "secrets", mounts.OfType<SecretMount>().Select(mount => (mount.Id, mount.Required)));
            WriteIds(json, "ssh", mounts.OfType<AgentMount>().Select(mount => (mount.Id, mount.Required)));
        }

        if (request.Source is null)
        {
            json.WriteStartArray("locals");
            foreach (var name in (string[])["context", "dockerfile"])
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }

    private static void WriteIds(Utf8JsonWriter json, string name, IEnumerable<(string Id, bool Required)> mounts)
    {
        var distinct = mounts.DistinctBy(mount => mount.Id).OrderBy(mount => mount.Id, StringComparer.Ordinal).ToList();
        if (distinct.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var (id, required) in distinct)
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            if (!required)
            {
                json.WriteBoolean("optional", true);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteSteps(Utf8JsonWriter json)
    {
        if (!options.IsMax)
        {
            return;
        }

        json.WriteStartObject("buildConfig");
        var steps = Step.AllOf(plan.Step).Reverse().ToList();
        json.WriteStartArray("steps");
        foreach (var step in steps)
        {
            json.WriteStartObject();
            json.WriteString("id", Id(step));
            json.WriteString("name", step.Name);
            json.WriteStartArray("inputs");
            foreach (var input in step.Inputs)
            {
                json.WriteStringValue(Id(input));
            }

            json.WriteEndArray();
            if (step.Lines is { Start: > 0 } lines)
            {
                json.WriteStartObject("lines");
                json.WriteNumber("start", lines.Start);
                json.WriteNumber("end", lines.End);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();

        string Id(Step step) => $"step{steps.IndexOf(step).ToString(CultureInfo.InvariantCulture)}";
    }

    private void WriteDockerfile(Utf8JsonWriter json)
    {
        if (!options.IsMax)
        {
            return;
        }

        json.WriteStartObject("source");
        json.WriteStartArray("infos");
        json.WriteStartObject();
        json.WriteString("filename", request.DockerfileName);
        json.WriteString("language", "Dockerfile");
        json.WriteBase64String("data", Encoding.UTF8.GetBytes(request.Dockerfile));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
}
