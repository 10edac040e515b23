using System.Text;
using System.Text.Json;
using Gantry.Build.Dockerfile;
using Gantry.Spec.Build;

namespace Gantry.Build.Calls;

/// <summary>The stages of a Dockerfile.</summary>
internal static class TargetsAnswer
{
    private static readonly string[] Head = ["TARGET", "DESCRIPTION"];

    public static CallResult Of(BuildRequest request, DockerfileDocument document)
    {
        var targets = new DockerfileTargets
        {
            Targets = [.. document.Stages.Select(stage => Target(stage, stage.Index == document.Stages.Count - 1))],
            Sources = [Encoding.UTF8.GetBytes(request.Dockerfile)],
        };
        return new(
            JsonSerializer.SerializeToUtf8Bytes(targets, DockerfileJson.Wire.DockerfileTargets),
            Columns.Of([Head, .. targets.Targets.Select(target => (string[])[Name(target), target.Description ?? ""])], gap: 1));
    }

    private static DockerfileTarget Target(Stage stage, bool isDefault) => new()
    {
        Name = stage.From.StageName,
        IsDefault = isDefault,
        Description = Descriptions.Of(stage.From, stage.From.StageName),
        Base = stage.From.BaseName,
        Platform = stage.From.Platform,
        Location = DockerfileLocation.Of(stage.From.Lines.Start, stage.From.Lines.End),
    };

    private static string Name(DockerfileTarget target) => (target.Name, target.IsDefault) switch
    {
        (null, true) => "(default)",
        (var name, true) => $"{name} (default)",
        var (name, _) => name ?? "",
    };
}
