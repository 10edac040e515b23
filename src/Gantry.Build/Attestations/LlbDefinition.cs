using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Build.Planning;
using Gantry.Build.Solving;
using Gantry.Build.Steps;
using Gantry.Spec.Build;

namespace Gantry.Build.Attestations;

/// <summary>
/// The steps of a plan in the words of LLB, which is what programs that read provenances know (docs of BuildKit, "SLSA definitions").
/// It only tells: what runs are the steps.
/// </summary>
internal sealed class LlbDefinition
{
    private const string Local = "local://";
    private readonly BuildRequest request;
    private readonly List<LlbVertex> vertices = [];
    private readonly Dictionary<Step, LlbVertex?> bySteps = [];
    private readonly Dictionary<string, LlbVertex> sources = new(StringComparer.Ordinal);

    public LlbDefinition(BuildRequest request, ImagePlan plan)
    {
        this.request = request;
        AddEnd(Of(plan.Step));
    }

    private LlbDefinition(BuildRequest request, Func<LlbDefinition, string> identifier)
    {
        this.request = request;
        AddEnd(Source(identifier(this), null));
    }

    /// <summary>What brought the Dockerfile.</summary>
    public static LlbDefinition OfDockerfile(BuildRequest request) =>
        new(request, definition => request.IsDockerfileSent ? Local + "dockerfile" : definition.IdentifierOfContext(null));

    /// <summary>Each after those it takes something of.</summary>
    public IReadOnlyList<LlbVertex> Vertices => vertices;

    /// <summary>The name of a step's result; null for one that begins with nothing, and for one that is none of the plan's.</summary>
    public string? FindOutput(Step step) => bySteps.GetValueOrDefault(step)?.Output;

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("llbDefinition");
        foreach (var vertex in vertices)
        {
            json.WriteStartObject();
            json.WriteString("id", vertex.Id);
            json.WritePropertyName("op");
            vertex.Op.WriteTo(json);
            if (vertex.Inputs.Count > 0)
            {
                json.WriteStartArray("inputs");
                foreach (var input in vertex.Inputs)
                {
                    json.WriteStringValue(input.Output);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void AddEnd(LlbVertex? result) => Add([], result is null ? [] : [result], null);

    private LlbVertex Add(JsonObject operation, IReadOnlyList<LlbVertex> inputs, LineRange? lines, JsonObject? platform = null)
    {
        var op = new JsonObject { ["Op"] = operation };
        if (platform is not null)
        {
            op["platform"] = platform;
        }

        var vertex = new LlbVertex($"step{vertices.Count.ToString(CultureInfo.InvariantCulture)}", op, inputs, lines);
        vertices.Add(vertex);
        return vertex;
    }

    /// <returns>Null for nothing, which no operation makes.</returns>
    private LlbVertex? Of(Step step)
    {
        if (!bySteps.TryGetValue(step, out var known))
        {
            bySteps[step] = known = Make(step);
        }

        return known;
    }

    private LlbVertex? Make(Step step)
    {
        switch (step)
        {
            case ImageStep image:
                return Source(IdentifierOf(image), step.Lines, LlbOperations.Platform(image.Image.Platform));
            case RunStep program:
                var (run, files) = (new LlbInputs(), program.Files.Count > 0 ? Add(LlbOperations.Files(program.Files), [], step.Lines) : null);
                return Add(LlbOperations.Exec(program, run.Add(Of(program.Root!)), source => run.Add(Of(source, step.Lines)), files is null ? null : run.Add(files)), run.All, step.Lines, LlbOperations.Platform(program.Platform));
            case CopyStep copy:
                var (inputs, root) = (new LlbInputs(), Of(copy.Root!));
                var beneath = copy.Link ? LlbInputs.Nothing : inputs.Add(root);
                var from = copy.Sources.Select(source => inputs.Add(Of(source, step.Lines))).ToList();
                var copied = Add(LlbOperations.Copy(copy, beneath, from, inputs.All.Count), inputs.All, step.Lines);
                return copy.Link && root is not null ? Add(LlbOperations.Merge(2), [root, copied], step.Lines) : copied;
            case MakeDirectoryStep directory:
                var place = new LlbInputs();
                return Add(LlbOperations.MakeDirectory(directory, place.Add(Of(directory.Root!))), place.All, step.Lines);
            default:
                return null;
        }
    }

    private LlbVertex? Of(CopySource source, LineRange? lines) => source switch
    {
        StepSource from => Of(from.Step),
        ContextSource context => Source(IdentifierOfContext(context.Name), null),
        GitSource git => Source(IdentifierOf(git.Address), lines),
        HttpSource http => Source(BuildSources.Redact(http.Url), lines),
        _ => null,
    };

    private LlbVertex Source(string identifier, LineRange? lines, JsonObject? platform = null)
    {
        var key = identifier + platform?.ToJsonString();
        return sources.TryGetValue(key, out var known) ? known
            : sources[key] = Add(new() { ["source"] = new JsonObject { ["identifier"] = identifier } }, [], lines, platform);
    }

    private static string IdentifierOf(ImageStep step) => step switch
    {
        { Reference: { } reference } => $"docker-image://{reference.WithDigest(BuildSources.DigestOf(step.Image, reference))}",
        { Layout: var (name, target) } => $"oci-layout://{name}@{target}",
        _ => ContextAddress.BuiltImage + step.Image.Id,
    };

    private static string IdentifierOf(GitAddress address) => "git://" + address.ToString().Split("://")[^1];

    private string IdentifierOfContext(string? name) => (name is null ? request.Source : request.Contexts.GetValueOrDefault(name)) switch
    {
        { } address when GitAddress.TryParse(address, out var repository) => IdentifierOf(repository),
        { } address when ContextAddress.IsWeb(address) => ContextAddress.Redact(address),
        _ => Local + (name ?? "context"),
    };
}
