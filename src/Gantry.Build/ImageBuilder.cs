using System.Globalization;
using Gantry.Build.Dockerfile;
using Gantry.Build.Linting;
using Gantry.Build.Planning;
using Gantry.Build.Progress;
using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Build.Steps;
using Gantry.Build.Store;
using Gantry.Images;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Build;

/// <summary>Builds images of Dockerfiles.</summary>
public sealed class ImageBuilder(BuildEnvironment environment)
{
    /// <summary>Builds one. What fails is a <see cref="DockerfileException"/>, a <see cref="StepFailedException"/> or a <see cref="GantryException"/>.</summary>
    public Task<Image> BuildAsync(BuildRequest request, IBuildInputs inputs, IBuildProgress progress, CancellationToken cancellationToken) =>
        BuildAsync(request, inputs, progress, (run, plan) => ExportAsync(run, request, plan), cancellationToken);

    /// <summary>Builds the filesystem of one, hands it out, and makes no image of it.</summary>
    public async Task BuildAsync(BuildRequest request, IBuildInputs inputs, IBuildProgress progress, TreeOutput output, CancellationToken cancellationToken) =>
        await BuildAsync(request, inputs, progress, (run, plan) => HandOutAsync(run, plan, output), cancellationToken).ConfigureAwait(false);

    private async Task<T> BuildAsync<T>(BuildRequest request, IBuildInputs inputs, IBuildProgress progress, Func<BuildRun, ImagePlan, Task<T>> export, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(inputs);
        var linter = new DockerfileLinter(request, await inputs.FindIgnoredAsync(cancellationToken).ConfigureAwait(false));
        await using var run = new BuildRun(environment, inputs, progress, cancellationToken);
        DockerfileDocument document;
        ImagePlan plan;
        try
        {
            document = linter.Read();
            var planner = new DockerfilePlanner(document, request, run, linter, looksOnly: false);
            plan = await planner.PlanAsync().ConfigureAwait(false);
            WarnOfUnused(planner, progress);
        }
        finally
        {
            // They may say why it ends here.
            Tell(linter, progress);
        }

        linter.RequireNone();
        try
        {
            return await export(run, plan).ConfigureAwait(false);
        }
        catch (StepFailedException e) when (e.Step.Lines is { } lines)
        {
            throw new DockerfileException(e.Message, document, lines, e);
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

    private static async Task<bool> HandOutAsync(BuildRun run, ImagePlan plan, TreeOutput output)
    {
        var stack = await run.ResultAsync(plan.Step).ConfigureAwait(false);
        return await run.LoadAsync(new MetadataStep { Name = output.Name }, async report =>
        {
            using var tree = new DirectoryTree(run.Store.Open(stack));
            await output.Take(tree, report, run.CancellationToken).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
    }

    private async Task<Image> ExportAsync(BuildRun run, BuildRequest request, ImagePlan plan)
    {
        var stack = await run.ResultAsync(plan.Step).ConfigureAwait(false);
        Image? image = null;
        await run.LoadAsync(new MetadataStep { Name = "exporting to image" }, async report =>
        {
            var started = environment.Time.GetUtcNow();
            var layers = await run.Store.SealAsync(stack, run.Lease, run.CancellationToken).ConfigureAwait(false);
            report.Part("exporting layers", 0, 0, started, done: true);
            image = environment.Images.AddImage(Describe(run, request, plan, layers), run.Lease);
            report.Part($"writing image {image.Id}", 0, 0, started, done: true);
            foreach (var tag in request.Tags)
            {
                report.Part($"naming to {tag.WithDefaultTag()}", 0, 0, started, done: true);
            }

            run.Store.Sync();
            return image;
        }).ConfigureAwait(false);
        return image!;
    }

    private static BuiltImage Describe(BuildRun run, BuildRequest request, ImagePlan plan, IReadOnlyList<SealedLayer> layers)
    {
        var history = History(run, plan);
        return new()
        {
            Configuration = new()
            {
                Created = history.Count > 0 ? history[^1].Created : plan.Base.Created,
                Author = plan.Author,
                Architecture = plan.Base.Architecture is { Length: > 0 } architecture ? architecture : plan.Platform.Architecture,
                Os = plan.Base.Os is { Length: > 0 } os ? os : plan.Platform.Os,
                Variant = plan.Base.Variant ?? plan.Platform.Variant,
                Config = plan.Config,
                RootFs = new() { DiffIds = [.. layers.Select(layer => layer.DiffId)] },
                History = history,
            },
            Layers = [.. layers.Select(layer => layer.Blob)],
            Names = request.Tags,
            Parent = plan.BaseImage?.Id,
        };
    }

    /// <summary>Each entry has the time of its layer, one without a layer that of the one before: the same build gives the same image.</summary>
    private static List<HistoryEntry> History(BuildRun run, ImagePlan plan)
    {
        var before = plan.Base.History?.Count ?? 0;
        var history = plan.History.Take(before).ToList();
        var created = plan.Base.Created;
        var layer = 0;
        foreach (var entry in plan.History.Skip(before))
        {
            if (!entry.EmptyLayer && run.CreatedAt(plan.LayerSteps[layer++]) is { } at)
            {
                created = at.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
            }

            history.Add(entry with { Created = created });
        }

        return history;
    }
}
