using System.Text;
using System.Text.Json;
using Gantry.Build.Dockerfile;
using Gantry.Build.Planning;
using Gantry.Build.Steps;
using Gantry.Spec.Build;

namespace Gantry.Build.Calls;

/// <summary>What may be given to a target: build arguments, secrets and SSH agents of it and of the stages it needs.</summary>
internal static class OutlineAnswer
{
    private const int Gap = 3;

    public static CallResult Of(BuildRequest request, DockerfileDocument document, IReadOnlyDictionary<string, string?> globals, StagePlan target)
    {
        var plans = new List<StagePlan>();
        Collect(target, plans);
        var arguments = new OutlineArguments(document, request, globals);
        foreach (var plan in plans)
        {
            arguments.Add(plan);
        }

        var steps = plans.SelectMany(plan => plan.LayerSteps.OfType<RunStep>()).Distinct().ToList();
        var outline = new DockerfileOutline
        {
            Name = target.Stage.From.StageName,
            Description = Descriptions.Of(target.Stage.From, target.Stage.From.StageName),
            Arguments = Some(arguments.All),
            Secrets = Some(Requirements<SecretMount>(steps, mount => mount.Id, mount => mount.Required)),
            Agents = Some(Requirements<AgentMount>(steps, mount => mount.Id, mount => mount.Required)),
            Sources = [Encoding.UTF8.GetBytes(request.Dockerfile)],
        };
        return new(JsonSerializer.SerializeToUtf8Bytes(outline, DockerfileJson.Wire.DockerfileOutline), Text(outline));
    }

    /// <summary>The stage and all it needs, each once, those first that are nearest.</summary>
    private static void Collect(StagePlan plan, List<StagePlan> plans)
    {
        if (plans.Contains(plan))
        {
            return;
        }

        plans.Add(plan);
        foreach (var other in plan.Needs)
        {
            Collect(other, plans);
        }
    }

    private static List<OutlineRequirement> Requirements<T>(IEnumerable<RunStep> steps, Func<T, string> name, Func<T, bool> isRequired)
        where T : RunMount =>
    [
        .. steps.SelectMany(step => step.Mounts.OfType<T>().Select(mount => (Step: step, Mount: mount)))
            .DistinctBy(pair => name(pair.Mount))
            .Select(pair => new OutlineRequirement
            {
                Name = name(pair.Mount),
                IsRequired = isRequired(pair.Mount),
                Location = pair.Step.Lines is { } lines ? DockerfileLocation.Of(lines.Start, lines.End) : null,
            })
            .OrderBy(requirement => requirement.Location?.Ranges?[0].Start.Line),
    ];

    private static IReadOnlyList<T>? Some<T>(IReadOnlyList<T> list) => list.Count > 0 ? list : null;

    private static string Text(DockerfileOutline outline)
    {
        var text = new StringBuilder();
        if (outline.Name is not null)
        {
            List<string[]> rows = [["TARGET:", outline.Name]];
            if (outline.Description is { } description)
            {
                rows.Add(["DESCRIPTION:", description]);
            }

            text.Append(Columns.Of(rows, gap: 1)).Append('\n');
        }

        Table(text, ["BUILD ARG", "VALUE", "DESCRIPTION"], outline.Arguments?.Select(argument => (string[])[argument.Name, argument.Value ?? "", argument.Description ?? ""]));
        Table(text, ["SECRET", "REQUIRED"], outline.Secrets?.Select(Row));
        Table(text, ["SSH", "REQUIRED"], outline.Agents?.Select(Row));
        return text.ToString();
    }

    private static string[] Row(OutlineRequirement requirement) => [requirement.Name, requirement.IsRequired ? "true" : ""];

    private static void Table(StringBuilder text, string[] head, IEnumerable<string[]>? rows)
    {
        if (rows is not null)
        {
            text.Append(Columns.Of([head, .. rows], Gap)).Append('\n');
        }
    }
}
