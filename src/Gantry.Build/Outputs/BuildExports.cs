using System.Globalization;
using Gantry.Build.Attestations;
using Gantry.Build.Caching;
using Gantry.Build.Planning;
using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Build.Steps;
using Gantry.Build.Store;
using Gantry.Images;
using Gantry.Images.Compression;
using Gantry.Linux.Mounts;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Build.Outputs;

/// <summary>Makes of the filesystems of a build, one for each platform, what was asked for.</summary>
internal sealed class BuildExports(BuildRun run, BuildRequest request, IReadOnlyList<ImagePlan> plans)
{
    private LayerStack[] stacks = [];
    private readonly AttestationSet attestations = new(run, request, plans);

    public async Task<BuildOutcome> RunAsync()
    {
        if (request.RewriteTimestamps || request.Squash || !request.Outputs.Any(output => output is ImageLikeOutput))
        {
            return await MakeOutputsAsync().ConfigureAwait(false);
        }

        run.Archives = new(run, plans.SelectMany(plan => plan.LayerSteps).ToHashSet());
        await using var archives = run.Archives.ConfigureAwait(false);
        return await MakeOutputsAsync().ConfigureAwait(false);
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
        // What is pushed has the digest that the build tells, and an index the manifests that it lists.
        var encoding = output.Encoding ?? (output.Push || request.IsMultiPlatform || HasStatements(output) ? LayerEncoding.Usual : null);
        var (made, index) = await MakeAsync(output, output.Names, encoding).ConfigureAwait(false);
        report.Part("exporting layers", 0, 0, started, done: true);
        var image = run.Environment.Images.AddImages(made, index, output.IsByDigest ? [] : output.Names, asMade: encoding is not null);
        var result = Result(made, index);
        report.Part($"writing image {result.Id}", 0, 0, started, done: true);
        foreach (var name in output.Names)
        {
            if (!output.IsByDigest)
            {
                report.Part($"naming to {name}", 0, 0, started, done: true);
            }

            if (output.IsCanonical)
            {
                var canonical = name.WithDigest(result.Target!.Digest);
                run.Environment.Images.AddDigest(name, result.Target.Digest, image);
                report.Part($"naming to {canonical}", 0, 0, started, done: true);
            }
        }

        foreach (var name in output.Push ? output.Names : [])
        {
            await run.Inputs.PushAsync(name, result.Target!, image, output.IsInsecure, report, run.CancellationToken).ConfigureAwait(false);
            report.Part($"pushing manifest for {name}", 0, 0, started, done: true);
        }

        return result with { Image = image.Id.ToString() };
    });

    private Task<BuildOutcome> WriteAsync(ImageFileOutput output) => run.LoadAsync(new MetadataStep { Name = $"exporting to {output.Kind}" }, async report =>
    {
        var (images, started) = (run.Environment.Images, run.Environment.Time.GetUtcNow());
        var (made, index) = await MakeAsync(output, output.Names, output.Encoding).ConfigureAwait(false);
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
        var said = new List<NewLayer>();
        try
        {
            var statements = request.Attestations is { IsByTheWay: false } ? await attestations.OfFilesAsync().ConfigureAwait(false) : null;
            var splits = output.SplitsPlatforms ?? request.IsMultiPlatform;
            for (var i = 0; i < plans.Count; i++)
            {
                var (platform, epoch) = (plans[i].Platform.ToString().Replace('/', '_'), EpochOf(output));
                DetachedMount mount;
                if (statements?[i] is { Count: > 0 } all)
                {
                    var (stack, named, time) = (stacks[i], splits || !request.IsMultiPlatform ? null : platform, epoch ?? run.Environment.Time.GetUtcNow());
                    (var layer, mount) = await BlockingWork.RunAsync(
                        () => StatementFiles.Write(run.Store, stack, all, statement => NameOf(statement, output, named), time, run.CancellationToken), run.CancellationToken).ConfigureAwait(false);
                    said.Add(layer);
                }
                else
                {
                    mount = run.Store.Open(stacks[i]);
                }

                trees.Add(new(splits ? platform : "", new DirectoryTree(mount) { Modified = epoch?.ToUnixTimeSeconds() * 1_000_000_000 }));
            }

            if (!splits && trees.Count > 1)
            {
                JoinedTree.RequireDistinct(trees);
            }

            await output.Take(trees, report, run.CancellationToken).ConfigureAwait(false);
            return true;
        }
        finally
        {
            trees.ForEach(tree => tree.Tree.Dispose());
            said.ForEach(layer => layer.Dispose());
        }
    });

    /// <param name="platform">What tells it from that of another; null where nothing needs to.</param>
    private static string NameOf(Statement statement, TreeOutput output, string? platform) => output.AttestationPrefix
        + (platform is null ? statement.FileName : $"{Path.GetFileNameWithoutExtension(statement.FileName)}.{platform}{Path.GetExtension(statement.FileName)}");

    /// <summary>The time of images and their history; null for when they are made.</summary>
    private DateTimeOffset? EpochOf(BuildOutput output) => output.Epoch ?? request.SourceDateEpoch;

    private bool HasStatements(ImageLikeOutput output) => request.Attestations is { } wanted && (output.Leaves || !wanted.IsByTheWay);

    private async Task<(IReadOnlyList<Image> Images, Descriptor? Index)> MakeAsync(ImageLikeOutput output, IReadOnlyList<ImageReference> names, LayerEncoding? encoding)
    {
        var (images, annotations) = (run.Environment.Images, output.Annotations);
        var made = await MakeAsync(output, encoding).ConfigureAwait(false);
        var said = HasStatements(output) ? await attestations.DescribeAsync(made, names, output.HasArtifacts).ConfigureAwait(false) : [];
        if (request.IsMultiPlatform || said.Count > 0)
        {
            return (made, images.MakeIndex(made, said, image => annotations.Of(AnnotationPlace.ManifestDescriptor, image.Platform), annotations.Of(AnnotationPlace.Index, null), run.Lease));
        }

        return annotations.WantIndex ? throw new InvalidArgumentException("index annotations not supported for single platform export") : (made, null);
    }

    private async Task<IReadOnlyList<Image>> MakeAsync(ImageLikeOutput output, LayerEncoding? encoding)
    {
        var epoch = EpochOf(output);
        var made = new List<Image>();
        foreach (var (plan, whole) in plans.Zip(stacks))
        {
            var beneath = plan.BaseImage?.ChainIds.Count ?? 0;
            var stack = request.Squash ? run.Keep(LayerSquash.Run(run.Store, whole, beneath, epoch ?? run.Environment.Time.GetUtcNow(), run.CancellationToken)) : whole;
            var rewrite = request.RewriteTimestamps && epoch is { } latest ? new TimeRewrite(beneath, latest.ToUnixTimeSeconds() * 1_000_000_000) : null;
            var layers = await run.Store.SealAsync(stack, rewrite, run.Lease, run.CancellationToken).ConfigureAwait(false);
            IReadOnlyList<Descriptor> blobs = [.. layers.Select(layer => layer.Blob)];
            if (encoding is not null)
            {
                blobs = await run.Environment.Images.EncodeAsync(blobs, encoding, run.Lease, run.CancellationToken).ConfigureAwait(false);
            }

            made.Add(run.Environment.Images.MakeImage(Describe(plan, stack, layers, blobs, output.Annotations, epoch), run.Lease));
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

        return new(lease, layers, plan.Platform, Configuration(plan, request.SourceDateEpoch), async held =>
        {
            var made = await store.SealAsync(stack, null, held, CancellationToken.None).ConfigureAwait(false);
            return images.MakeImage(Describe(plan, stack, made, [.. made.Select(layer => layer.Blob)], ImageAnnotations.None, request.SourceDateEpoch), held);
        });
    }

    private BuiltImage Describe(ImagePlan plan, LayerStack stack, IReadOnlyList<SealedLayer> layers, IReadOnlyList<Descriptor> blobs, ImageAnnotations annotations, DateTimeOffset? epoch)
    {
        return new()
        {
            Configuration = Configuration(plan, epoch) with
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
    private ImageConfiguration Configuration(ImagePlan plan, DateTimeOffset? epoch)
    {
        var history = History(plan, epoch);
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
    private List<HistoryEntry> History(ImagePlan plan, DateTimeOffset? epoch)
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
