using Gantry.Build.Caching;
using Gantry.Build.Dockerfile;
using Gantry.Build.Outputs;
using Gantry.Build.Planning;
using Gantry.Build.Progress;
using Gantry.Build.Solving;
using Gantry.Spec;

namespace Gantry.Build;

/// <summary>Builds images of Dockerfiles.</summary>
public sealed class ImageBuilder(BuildEnvironment environment)
{
    /// <summary>Builds one. What fails is a <see cref="DockerfileException"/>, a <see cref="StepFailedException"/> or a <see cref="GantryException"/>.</summary>
    public async Task<BuildOutcome> BuildAsync(BuildRequest request, IBuildInputs inputs, IBuildProgress progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var document = DockerfileParser.Parse(request.Dockerfile, request.DockerfileName);
        await using var run = new BuildRun(environment, inputs, progress, cancellationToken);
        try
        {
            run.Imports = await CacheImports.OpenAsync(run, request.CacheFrom, request.Platforms[0]).ConfigureAwait(false);
            var images = new BaseImages(request, run);
            var planners = request.Platforms.Select(platform => new DockerfilePlanner(document, request, platform, images, run)).ToList();
            var plans = await Task.WhenAll(planners.Select(planner => planner.PlanAsync())).ConfigureAwait(false);
            WarnOfUnused(planners[0], progress);
            var result = await new BuildExports(run, request, plans).RunAsync().ConfigureAwait(false);
            foreach (var destination in request.CacheTo)
            {
                await CacheExport.WriteAsync(run, plans, destination).ConfigureAwait(false);
            }

            return result;
        }
        catch (StepFailedException e) when (e.Step.Lines is { } lines)
        {
            throw new DockerfileException(e.Message, document, lines, e);
        }
    }

    private void WarnOfUnused(DockerfilePlanner planner, IBuildProgress progress)
    {
        if (planner.UnusedArguments is { Count: > 0 } unused)
        {
            progress.Report(new WarningEvent
            {
                Step = "",
                At = environment.Time.GetUtcNow(),
                Rule = "UnusedBuildArgs",
                Message = $"[Warning] One or more build-args [{string.Join(' ', unused)}] were not consumed",
                Description = "",
                Lines = new(0, 0),
            });
        }
    }
}
