using System.Text.Json;
using Gantry.Build.Planning;
using Gantry.Build.Solving;
using Gantry.Build.Steps;
using Gantry.Spec.Build;

namespace Gantry.Build.Attestations;

/// <summary>
/// What was asked for, as a provenance has it. Arguments and labels may have what is nobody's business: they are written where all is
/// asked for, and proxies, which may have passwords, never.
/// </summary>
internal sealed class ProvenanceParameters(BuildRequest request, ImagePlan plan, BuildSources sources, bool isMax)
{
    private const string Frontend = "dockerfile.v0";
    private readonly IReadOnlyList<RunStep> programs = [.. Step.AllOf(plan.Step).OfType<RunStep>()];

    /// <summary>Nothing that was asked for is left out.</summary>
    public bool IsComplete => isMax || (!Arguments.Any() && request.Labels.Count == 0);

    public bool UsesNetwork => programs.Any(program => program.Network != "none");

    private IEnumerable<KeyValuePair<string, string>> Arguments => request.Arguments
        .Where(argument => argument.Value is not null && !PlatformArguments.Proxies.Contains(argument.Key))
        .Select(argument => new KeyValuePair<string, string>(argument.Key, argument.Value!));

    /// <param name="pathName">What the version calls the Dockerfile's path.</param>
    public void WriteConfigSource(Utf8JsonWriter json, string pathName)
    {
        json.WriteStartObject("configSource");
        if (request.Source is { } source)
        {
            json.WriteString("uri", source);
            ProvenancePredicate.WriteDigest(json, sources.Materials.FirstOrDefault(material => material.Uri == source)?.Pin);
        }

        json.WriteString(pathName, request.DockerfileName);
        json.WriteEndObject();
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("frontend", Frontend);
        json.WriteStartObject("args");
        if (request.Target is { Length: > 0 } target)
        {
            json.WriteString("target", target);
        }

        WriteAll(json, "context:", request.Contexts.Select(context => new KeyValuePair<string, string>(context.Key, ContextAddress.Redact(context.Value))));
        if (isMax)
        {
            WriteAll(json, "build-arg:", Arguments);
            WriteAll(json, "label:", request.Labels);
        }

        json.WriteEndObject();
        if (isMax)
        {
            var mounts = programs.SelectMany(step => step.Mounts).ToList();
            WriteIds(json, "secrets", mounts.OfType<SecretMount>().Select(mount => (mount.Id, mount.Required)));
            WriteIds(json, "ssh", mounts.OfType<AgentMount>().Select(mount => (mount.Id, mount.Required)));
        }

        if (sources.Locals.Count == 0)
        {
            return;
        }

        json.WriteStartArray("locals");
        foreach (var name in sources.Locals)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>What the client said of the repository that it builds from.</summary>
    public void WriteVcs(Utf8JsonWriter json)
    {
        if (request.Vcs.Count == 0)
        {
            return;
        }

        json.WriteStartObject("vcs");
        WriteAll(json, "", request.Vcs.Select(known => new KeyValuePair<string, string>(known.Key, ContextAddress.Redact(known.Value))));
        json.WriteEndObject();
    }

    private static void WriteAll(Utf8JsonWriter json, string prefix, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        foreach (var (name, value) in pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteString(prefix + name, value);
        }
    }

    /// <summary>What one step can do without and another cannot is needed.</summary>
    private static void WriteIds(Utf8JsonWriter json, string name, IEnumerable<(string Id, bool Required)> mounts)
    {
        var ids = mounts.GroupBy(mount => mount.Id, mount => mount.Required, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).ToList();
        if (ids.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var id in ids)
        {
            json.WriteStartObject();
            json.WriteString("id", id.Key);
            if (!id.Contains(true))
            {
                json.WriteBoolean("optional", true);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
