using Gantry.Build;
using Gantry.Build.Linting;
using Gantry.Build.Planning;
using Gantry.Build.Solving;

namespace Gantry.Tests.Build.Attestations;

/// <summary>The plan of a Dockerfile's image, whose steps are not done.</summary>
internal static class PlannedImage
{
    public static Task<ImagePlan> OfAsync(BuildRequest request, BuildRun run)
    {
        var linter = new DockerfileLinter(request, null);
        return new DockerfilePlanner(linter.Read(), request, request.Platforms[0], new BaseImages(request, run, looksOnly: true), run, linter).PlanAsync();
    }
}
