using Gantry.Build.Copying;
using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Build.Store;
using Gantry.Images.Trees;
using Gantry.Linux.Files;
using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Build.Steps;

/// <summary>COPY and ADD.</summary>
public sealed class CopyStep : Step
{
    /// <summary>In the order in which they are copied, one over the other.</summary>
    public required IReadOnlyList<CopySource> Sources { get; init; }

    /// <summary>Absolute; a slash at its end makes it a directory.</summary>
    public required string Destination { get; init; }

    /// <summary><c>user[:group]</c>, by the root's files; null leaves owners as they are.</summary>
    public string? Owner { get; init; }

    public CopyMode? Mode { get; init; }

    public bool Parents { get; init; }

    public IgnorePatterns? Excludes { get; init; }

    /// <summary>The patterns of <see cref="Excludes"/>.</summary>
    public string ExcludesText { get; init; } = "";

    /// <summary>It lies above any filesystem (<c>--link</c>).</summary>
    public bool Link { get; init; }

    public override bool IsIndependent => Link;

    public override IReadOnlyList<Step> Inputs => [Root!, .. Sources.OfType<StepSource>().Select(source => source.Step)];

    public override async Task<Digest> KeyAsync(BuildRun run)
    {
        // What is copied may have to be made first: that begins before the root's key is known, which may wait for the same.
        var contents = Sources.Select(source => SourceContent.OfAsync(this, source, run)).ToList();
        var root = Link ? null : run.KeyAsync(Root!);
        await Task.WhenAll([.. contents, .. root is null ? [] : (Task[])[root]]).ConfigureAwait(false);
        using var key = new ContentDigest();
        key.Add(Link ? "copy contents link" : "copy contents");
        foreach (var text in (string?[])[Destination, Owner, Mode?.ToString(), ManyPaths ? "many" : ""])
        {
            key.Add(text ?? "");
        }

        key.Add(root is null ? "" : (await root.ConfigureAwait(false)).ToString());
        foreach (var (source, content) in Sources.Zip(contents))
        {
            key.Add(source.Unpack ? "unpack" : "");
            key.Add((await content.ConfigureAwait(false)).ToString());
        }

        return key.Finish();
    }

    public override async Task<LayerStack> ExecuteAsync(BuildRun run, StepReport report)
    {
        var root = await run.ResultAsync(Root!).ConfigureAwait(false);
        using var layer = run.Store.Begin(Link ? LayerStack.Empty : root);
        List<OpenedSource> opened = [];
        try
        {
            foreach (var source in Sources)
            {
                opened.Add(await OpenedSource.OpenAsync(source, run, report.Output).ConfigureAwait(false));
            }

            using var draft = await run.TakePreparedAsync(this).ConfigureAwait(false) as CopyDraft;
            await BlockingWork.RunAsync(() => Copy(run, root, layer, opened, draft), run.CancellationToken).ConfigureAwait(false);
            if (draft?.TakeArchived() is { } archived)
            {
                run.Archives!.Take(layer.Id, archived);
            }
        }
        finally
        {
            opened.ForEach(source => source.Dispose());
        }

        return layer.Commit();
    }

    /// <summary>Writes the directories of a directory of a context, which are most of what is copied where that takes long.</summary>
    public override async Task<IDisposable?> PrepareAsync(BuildRun run, CancellationToken wanted)
    {
        if (Parents || Sources is not [ContextSource source] || !TryOwnerAlone(out var owner))
        {
            return null;
        }

        using var opened = await OpenedSource.OpenAsync(source, run, output: null).ConfigureAwait(false);
        return opened.Items(Parents, Excludes) is [{ Entry.Kind: FileKind.Directory } only] && NewDirectories.CanTake(only.Tree)
            ? await BlockingWork.RunAsync(Write, run.CancellationToken).ConfigureAwait(false)
            : null;

        CopyDraft Write()
        {
            var draft = CopyDraft.Write(run.Store.NewPlace(), only.Tree, only.Entry, Request(run, owner), run.CancellationToken);
            if (run.Archives?.Wants(this) == true)
            {
                draft.Archive(Destination, wanted);
            }

            return draft;
        }
    }

    private bool ManyPaths => Sources.Sum(source => source.Paths.Count) > 1;

    private (uint Uid, uint Gid)? OwnerIn(BuildRun run, LayerStack root, RootedDirectory target)
    {
        if (!Link)
        {
            return OwnerLookup.Resolve(target, Owner!);
        }

        using var mount = run.Store.Open(root);
        using var directory = mount.OpenRoot();
        return OwnerLookup.Resolve(directory, Owner!);
    }

    /// <summary>The owner where no filesystem has to be asked for it.</summary>
    private bool TryOwnerAlone(out (uint Uid, uint Gid)? owner)
    {
        owner = Owner is null ? null : OwnerLookup.TryNumbers(Owner);
        return Owner is null || owner is not null;
    }

    private CopyRequest Request(BuildRun run, (uint Uid, uint Gid)? owner) => new()
    {
        Destination = Destination,
        IntoDirectory = ManyPaths,
        Owner = owner,
        Mode = Mode,
        Parents = Parents,
        Excludes = Excludes,
        Now = run.Environment.Time.GetUtcNow(),
    };

    private void Copy(BuildRun run, LayerStack root, NewLayer layer, List<OpenedSource> sources, CopyDraft? draft)
    {
        var items = sources.SelectMany(source => source.Items(Parents, Excludes).Select(item => (Item: item, source.Unpack))).ToList();
        using var mount = layer.Mount();
        using var target = mount.OpenRoot();
        var request = Request(run, Owner is null ? null : OwnerIn(run, root, target));
        // Of several, one may go into what another made.
        using var fresh = items is [var only] && NewDirectories.CanTake(only.Item.Tree) ? new NewDirectories(layer.Upper, request, draft) : null;
        var copier = new TreeCopier(target, request, fresh);
        foreach (var (item, unpack) in items)
        {
            if (!unpack || item.Entry.Kind != FileKind.Regular || !TryUnpack(target, copier, item, run.CancellationToken))
            {
                copier.Copy(item.Tree, item.Entry, item.Name, run.CancellationToken);
            }
        }

        if (items.Count == 0)
        {
            // The directory is there, even where nothing is put into it.
            copier.MakeDirectories(Destination.EndsWith('/') ? Destination.TrimEnd('/') : Destination[..Destination.LastIndexOf('/')]).Dispose();
        }

        copier.Finish();
        target.Dispose();
        mount.Dispose();
        fresh?.Write(run.CancellationToken);
    }

    private bool TryUnpack(RootedDirectory target, TreeCopier copier, CopyItem item, CancellationToken cancellationToken)
    {
        using var stream = item.Tree.OpenFile(item.Entry).OpenStream();
        if (!ArchiveSniffer.IsArchive(stream))
        {
            return false;
        }

        stream.Position = 0;
        var directory = Destination.TrimEnd('/');
        copier.MakeDirectories(directory).Dispose();
        new TreeExtractor(target, System.Text.Encoding.UTF8.GetBytes(directory), null, keepKinds: false).Extract(stream, cancellationToken);
        return true;
    }
}
