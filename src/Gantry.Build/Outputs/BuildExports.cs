using System.Collections.Concurrent;
using System.Globalization;
using Gantry.Build.Attestations;
using Gantry.Build.Caching;
using Gantry.Build.Planning;
using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Build.Steps;
using Gantry.Build.Store;
using Gantry.Images;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Build.Outputs;

/// <summary>Makes of the filesystems of a build, one for each platform, what was asked for.</summary>
/// <param name="epoch">The time of images and their history; null for when they are made.</param>
internal sealed class BuildExports(BuildRun run, BuildRequest request, DateTimeOffset? epoch, IReadOnlyList<ImagePlan> plans)
{
    private readonly ConcurrentBag<Task> ahead = [];
    private LayerStack[] stacks = [];
    private readonly AttestationSet attestations = new(run, request, plans);

    public async Task<BuildOutcome> RunAsync()
    {
        if (!request.RewriteTimestamps && !request.Squash && request.Outputs.Any(output => output is ImageLikeOutput))
        {
            run.Executed = ArchiveAhead;
        }

        try
        {
            return await MakeOutputsAsync().ConfigureAwait(false);
        }
        finally
        {
            await Task.WhenAll(ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Writes the archive of a layer while later steps run. Where that fails, it fails again when the archive is wanted.</summary>
    private void ArchiveAhead(Step step, LayerStack stack)
    {
        if (plans.Any(plan => plan.LayerSteps.Contains(step)))
        {
            ahead.Add(Task.Run(() => run.Store.ArchiveAsync(stack.Layers[^1], run.Lease, run.CancellationToken)));
        }
    }

    private async Task<BuildOutcome> MakeOutputsAsync()
    {
        stacks = await Task.WhenAll(plans.Select(plan => run.ResultAsync(plan.Step))).ConfigureAwait(false);
        var result = new BuildOutcome
        {
            Provenances = request.TellsProvenance ? [.. plans.Select(plan => plan.Platform).Zip(await attestations.ProvenancesAsync().ConfigureAwait(false))] : [],
        };
        foreach (var output in request.Outputs)
        {
            switch (output)
            {
                case ImageOutput image:
                    result = await AddImageAsync(image).ConfigureAwait(false) with { Provenances = result.Provenances };
                    break;
                case HeldOutput:
                    result = result with { Held = [.. plans.Zip(stacks, Hold)] };
                    break;
                case ImageFileOutput file:
                    var written = await WriteAsync(file).ConfigureAwait(false);
                    result = result.Id.Length > 0 ? result : result with { Id = written.Id, Target = written.Target };
                    break;
                case TreeOutput tree:
                    await HandOutAsync(tree).ConfigureAwait(false);
                    break;
            }
        }

        return result;
    }

    private Task<BuildOutcome> AddImageAsync(ImageOutput output) => run.LoadAsync(new MetadataStep { Name = "exporting to image" }, async report =>
    {
        var started = run.Environment.Time.GetUtcNow();
        // An index is pushed with the manifests it lists: these have to be what is pushed.
        var (made, index) = await MakeAsync(output, output.Names, compressed: request.IsMultiPlatform || HasStatements(output)).ConfigureAwait(false);
        report.Part("exporting layers", 0, 0, started, done: true);
        var image = run.Environment.Images.AddImages(made, index, output.Names);
        var result = Result(made, index);
        report.Part($"writing image {result.Id}", 0, 0, started, done: true);
        foreach (var name in output.Names)
        {
            report.Part($"naming to {name}", 0, 0, started, done: true);
        }

        foreach (var name in output.Push ? output.Names : [])
        {
            await run.Inputs.PushAsync(name, report, run.CancellationToken).ConfigureAwait(false);
            report.Part($"pushing manifest for {name}", 0, 0, started, done: true);
        }

        return result with { Image = image.Id.ToString() };
    });

    private Task<BuildOutcome> WriteAsync(ImageFileOutput output) => run.LoadAsync(new MetadataStep { Name = $"exporting to {output.Kind}" }, async report =>
    {
        var (images, started) = (run.Environment.Images, run.Environment.Time.GetUtcNow());
        var (made, index) = await MakeAsync(output, output.Names, output.Compressed).ConfigureAwait(false);
        report.Part("exporting layers", 0, 0, started, done: true);
        await (output switch
        {
            ArchiveOutput archive => archive.Take((stream, token) => images.SaveAsync(made, index, output.Names, stream, token), report, run.CancellationToken),
            LayoutOutput layout => images.SaveAsync(made, index, layout.Layout, run.CancellationToken),
            _ => throw new InvalidOperationException($"an output of an unknown kind: {output}"),
        }).ConfigureAwait(false);
        return Result(made, index);
    });

    private static BuildOutcome Result(IReadOnlyList<Image> made, Descriptor? index) => new()
    {
        Id = (index?.Digest ?? made[0].Id).ToString(),
        Target = index ?? made[0].Target,
    };

    private Task<bool> HandOutAsync(TreeOutput output) => run.LoadAsync(new MetadataStep { Name = output.Name }, async report =>
    {
        var trees = new List<BuiltTree>();
        try
        {
            foreach (var (plan, stack) in plans.Zip(stacks))
            {
                trees.Add(new(request.IsMultiPlatform ? plan.Platform.ToString().Replace('/', '_') : "", new DirectoryTree(run.Store.Open(stack))));
            }

            await output.Take(trees, report, run.CancellationToken).ConfigureAwait(false);
            return true;
        }
        finally
        {
            trees.ForEach(tree => tree.Tree.Dispose());
        }
    });

    private bool HasStatements(ImageLikeOutput output) => request.Attestations is { } wanted && (output.Leaves || !wanted.IsByTheWay);

    private async Task<(IReadOnlyList<Image> Images, Descriptor? Index)> MakeAsync(ImageLikeOutput output, IReadOnlyList<ImageReference> names, bool compressed)
    {
        var (images, annotations) = (run.Environment.Images, output.Annotations);
        var made = await MakeAsync(annotations, compressed).ConfigureAwait(false);
        var said = HasStatements(output) ? await attestations.DescribeAsync(made, names).ConfigureAwait(false) : [];
        if (request.IsMultiPlatform || said.Count > 0)
        {
            return (made, images.MakeIndex(made, said, image => annotations.Of(AnnotationPlace.ManifestDescriptor, image.Platform), annotations.Of(AnnotationPlace.Index, null), run.Lease));
        }

        return annotations.WantIndex ? throw new InvalidArgumentException("index annotations not supported for single platform export") : (made, null);
    }

    private async Task<IReadOnlyList<Image>> MakeAsync(ImageAnnotations annotations, bool compressed)
    {
        var made = new List<Image>();
        foreach (var (plan, whole) in plans.Zip(stacks))
        {
            var beneath = plan.BaseImage?.ChainIds.Count ?? 0;
            var stack = request.Squash ? run.Keep(LayerSquash.Run(run.Store, whole, beneath, epoch ?? run.Environment.Time.GetUtcNow(), run.CancellationToken)) : whole;
            var rewrite = request.RewriteTimestamps && epoch is { } latest ? new TimeRewrite(beneath, latest.ToUnixTimeSeconds() * 1_000_000_000) : null;
            var layers = await run.Store.SealAsync(stack, rewrite, run.Lease, run.CancellationToken).ConfigureAwait(false);
            IReadOnlyList<Descriptor> blobs = [.. layers.Select(layer => layer.Blob)];
            if (compressed)
            {
                blobs = await run.Environment.Images.CompressAsync(blobs, run.Lease, run.CancellationToken).ConfigureAwait(false);
            }

            made.Add(run.Environment.Images.MakeImage(Describe(plan, stack, layers, blobs, annotations), run.Lease));
        }

        return made;
    }

    private HeldBuild Hold(ImagePlan plan, LayerStack stack)
    {
        var (images, store) = (run.Environment.Images, run.Store);
        var (lease, layers) = (images.BeginLease(), store.Hold());
        layers.Add(stack);
        if (plan.BaseImage is { } beneath)
        {
            HeldBuild.Hold(beneath, lease);
        }

        return new(lease, layers, plan.Platform, Configuration(plan), async held =>
        {
            var made = await store.SealAsync(stack, null, held, CancellationToken.None).ConfigureAwait(false);
            return images.MakeImage(Describe(plan, stack, made, [.. made.Select(layer => layer.Blob)], ImageAnnotations.None), held);
        });
    }

    private BuiltImage Describe(ImagePlan plan, LayerStack stack, IReadOnlyList<SealedLayer> layers, IReadOnlyList<Descriptor> blobs, ImageAnnotations annotations)
    {
        return new()
        {
            Configuration = Configuration(plan) with
            {
                RootFs = new() { DiffIds = [.. layers.Select(layer => layer.DiffId)] },
                BuildCache = request.InlineCache ? CacheExport.Inline(run, plan, stack) : null,
            },
            Layers = blobs,
            Annotations = annotations.Of(AnnotationPlace.Manifest, plan.Platform),
            Parent = plan.BaseImage?.Id,
        };
    }

    /// <summary>Without layers.</summary>
    private ImageConfiguration Configuration(ImagePlan plan)
    {
        var history = History(plan);
        var created = history.Count > 0 ? history[^1].Created : plan.Base.Created;
        return new()
        {
            Created = epoch is { } given ? Text(given) : created,
            Author = plan.Author,
            Architecture = plan.Platform.Architecture,
            Os = plan.Platform.Os,
            Variant = plan.Platform.Variant,
            Config = plan.Config,
            RootFs = new(),
            History = history,
        };
    }

    /// <summary>Each entry has the time of its layer, one without a layer that of the one before: the same build gives the same image.</summary>
    private List<HistoryEntry> History(ImagePlan plan)
    {
        var before = plan.Base.History?.Count ?? 0;
        var history = plan.History.Take(before).ToList();
        var created = plan.Base.Created;
        var layer = 0;
        foreach (var entry in plan.History.Skip(before))
        {
            if (!entry.EmptyLayer && run.FindSolved(plan.LayerSteps[layer++]) is { } solved)
            {
                created = Text(solved.Created);
            }

            history.Add(entry with { Created = epoch is { } given ? Text(given) : created });
        }

        return request.Squash ? Squashed(history, before) : history;
    }

    /// <summary>The layers of several steps are one, which no step made.</summary>
    private static List<HistoryEntry> Squashed(List<HistoryEntry> history, int before)
    {
        if (history.Skip(before).Count(entry => !entry.EmptyLayer) < 2)
        {
            return history;
        }

        return
        [
            .. history.Take(before),
            .. history.Skip(before).Select(entry => entry with { EmptyLayer = true }),
            new() { Created = history[^1].Created, Comment = "squashed layers of the build" },
        ];
    }

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
}
