using Gantry.Build.Caching;
using Gantry.Build.Dockerfile;
using Gantry.Build.Outputs;
using Gantry.Build.Linting;
using Gantry.Build.Planning;
using Gantry.Build.Progress;
using Gantry.Build.Solving;
using Gantry.Build.Steps;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Build;

/// <summary>Builds images of Dockerfiles.</summary>
public sealed class ImageBuilder(BuildEnvironment environment)
{
    /// <summary>Builds one. What fails is a <see cref="DockerfileException"/>, a <see cref="StepFailedException"/> or a <see cref="GantryException"/>.</summary>
    public async Task<BuildOutcome> BuildAsync(BuildRequest request, IBuildInputs inputs, IBuildProgress progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(inputs);
        // A time that is none is told before anything is done.
        _ = request.SourceDateEpoch;
        var linter = new DockerfileLinter(request, await inputs.FindIgnoredAsync(cancellationToken).ConfigureAwait(false));
        await using var run = new BuildRun(environment, inputs, progress, cancellationToken);
        DockerfileDocument document;
        IReadOnlyList<ImagePlan> plans;
        try
        {
            document = linter.Read();
            run.Imports = await CacheImports.OpenAsync(run, request.CacheFrom, request.Platforms).ConfigureAwait(false);
            plans = await PlanAsync(document, request, run, linter, progress).ConfigureAwait(false);
        }
        finally
        {
            // They may say why it ends here.
            Tell(linter, progress);
        }

        linter.RequireNone();
        try
        {
            var result = await new BuildExports(run, request, plans).RunAsync().ConfigureAwait(false);
            try
            {
                foreach (var destination in request.CacheTo)
                {
                    result = result with { Cache = await WriteCacheAsync(run, plans, destination).ConfigureAwait(false) ?? result.Cache };
                }
            }
            catch
            {
                foreach (var held in result.Held)
                {
                    held.Dispose();
                }

                throw;
            }

            return result;
        }
        catch (StepFailedException e) when (e.Step.Lines is { } lines)
        {
            if (e is { Left: { } left, Step: RunStep step })
            {
                e.Image = await FailedStepImage.AddAsync(run, step, left, cancellationToken).ConfigureAwait(false);
            }

            throw new DockerfileException(e.Message, document, lines, e);
        }
    }

    /// <summary>One plan for each platform; the linter is told of the first, which has the same words as the others.</summary>
    private async Task<IReadOnlyList<ImagePlan>> PlanAsync(DockerfileDocument document, BuildRequest request, BuildRun run, DockerfileLinter linter, IBuildProgress progress)
    {
        var images = new BaseImages(request, run, looksOnly: false);
        var planners = request.Platforms.Select((platform, index) => new DockerfilePlanner(document, request, platform, images, run, index == 0 ? linter : new DockerfileLinter(request, null))).ToList();
        try
        {
            var plans = await Task.WhenAll(planners.Select(planner => planner.PlanAsync())).ConfigureAwait(false);
            WarnOfUnused(planners[0], progress);
            run.Inputs.Narrow(ContextUse.Of(plans.SelectMany(plan => Step.AllOf(plan.Step)), plans.SelectMany(plan => plan.ScanTargets.Values)));
            tell(Step.AllOf(plans[0].Step));
            return plans;
        }
        catch (DockerfileException)
        {
            tell(null);
            throw;
        }

        void tell(IEnumerable<Step>? steps) => progress.Report(new PlanEvent { Step = "", At = environment.Time.GetUtcNow(), Instructions = planners[0].Instructions(steps) });
    }

    private static async Task<Descriptor?> WriteCacheAsync(BuildRun run, IReadOnlyList<ImagePlan> plans, CacheDestination destination)
    {
        try
        {
            return await CacheExport.WriteAsync(run, plans, destination).ConfigureAwait(false);
        }
        catch (GantryException) when (destination.MayFail)
        {
            // The step that failed shows why.
            return null;
        }
    }

    private void Tell(DockerfileLinter linter, IBuildProgress progress)
    {
        foreach (var warning in linter.Warnings)
        {
            progress.Report(new WarningEvent
            {
                Step = "",
                At = environment.Time.GetUtcNow(),
                Rule = warning.Rule.Name,
                Message = warning.Message,
                Description = warning.Rule.Description,
                Url = warning.Rule.Url,
                Lines = warning.Lines,
                Excerpt = linter.Excerpt(warning),
            });
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
