using System.Text.Json;
using Gantry.Spec.Build;

namespace Gantry.Build.Calls;

/// <summary>Which questions are answered.</summary>
internal static class DescribeAnswer
{
    private const string Prefix = "frontend.";
    private static readonly string[] Head = ["NAME", "VERSION", "DESCRIPTION"];
    private static readonly FrontendRequestPart[] Answer = [new("result.json"), new("result.txt")];

    private static readonly IReadOnlyList<FrontendRequest> All =
    [
        new() { Name = "frontend.outline", Version = CallResult.Version, Description = "List all parameters current build target supports", Options = [new("target", "Target build stage")], Metadata = Answer },
        new() { Name = "frontend.targets", Version = CallResult.Version, Description = "List all targets current build supports", Metadata = Answer },
        new() { Name = "frontend.lint", Version = CallResult.Version, Description = "Lint a Dockerfile", Metadata = [.. Answer, new("result.statuscode")] },
        new() { Name = "frontend.subrequests.describe", Version = CallResult.Version, Description = "List available subrequest types", Metadata = Answer },
    ];

    public static CallResult Of() => new(
        JsonSerializer.SerializeToUtf8Bytes(All, DockerfileJson.Wire.IReadOnlyListFrontendRequest),
        Columns.Of([Head, .. All.Select(request => (string[])[request.Name[Prefix.Length..], request.Version, request.Description])], gap: 1));
}
