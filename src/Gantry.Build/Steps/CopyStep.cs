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
    public required CopySource Source { get; init; }

    /// <summary>Files in the Dockerfile that go there too.</summary>
    public InlineSource? Inline { get; init; }

    /// <summary>Absolute; a slash at its end makes it a directory.</summary>
    public required string Destination { get; init; }

    /// <summary><c>user[:group]</c>, by the root's files; null leaves owners as they are.</summary>
    public string? Owner { get; init; }

    public CopyMode? Mode { get; init; }

    public bool Parents { get; init; }

    public IgnorePatterns? Excludes { get; init; }

    /// <summary>The patterns of <see cref="Excludes"/>.</summary>
    public string ExcludesText { get; init; } = "";

    /// <summary>Archives are extracted (ADD).</summary>
    public bool Unpack { get; init; }

    /// <summary>It lies above any filesystem (<c>--link</c>).</summary>
    public bool Link { get; init; }

    public override bool IsIndependent => Link;

    public override IReadOnlyList<Step> Inputs => Source is StepSource from ? [Root!, from.Step] : [Root!];

    public override async Task<Digest> KeyAsync(BuildRun run)
    {
        // What is copied may have to be made first: that begins before the root's key is known, which may wait for the same.
        var content = ContentAsync(run);
        using var key = new ContentDigest();
        key.Add(Link ? "copy link" : "copy");
        foreach (var text in (string?[])[Destination, Owner, Mode?.ToString(), Unpack ? "unpack" : "", ManyPaths ? "many" : ""])
        {
            key.Add(text ?? "");
        }

        foreach (var file in Inline?.Files ?? [])
        {
            key.Add(file.Name);
            key.Add(file.Content);
        }

        key.Add(Link ? "" : (await run.KeyAsync(Root!).ConfigureAwait(false)).ToString());
        key.Add((await content.ConfigureAwait(false)).ToString());
        return key.Finish();
    }

    public override async Task<LayerStack> ExecuteAsync(BuildRun run, StepReport report)
    {
        var root = await run.ResultAsync(Root!).ConfigureAwait(false);
        using var layer = run.Store.Begin(Link ? LayerStack.Empty : root);
        using (var mount = layer.Mount())
        using (var target = mount.OpenRoot())
        {
            var owner = Owner is null ? null : OwnerIn(run, root, target);
            using var opened = await OpenAsync(run).ConfigureAwait(false);
            var items = opened is null ? [] : CopyItems.Of(opened.Tree, Source.Paths, Parents, Excludes);
            using var inline = InlineTree.Make(Inline);
            if (inline is not null)
            {
                items = [.. items, .. CopyItems.Of(inline, [.. Inline!.Files.Select(file => file.Name)], parents: false, null)];
            }

            await Task.Factory.StartNew(() => Copy(target, owner, items, run), run.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }

        return layer.Commit();
    }

    private bool ManyPaths => Source.Paths.Count + (Inline?.Files.Count ?? 0) > 1;

    /// <summary>Of what is copied. Of a stage whose key was seen before it is known, and nothing is read.</summary>
    private async Task<Digest> ContentAsync(BuildRun run)
    {
        if (Source is not StepSource from)
        {
            return await ReadContentAsync(run).ConfigureAwait(false);
        }

        using var quick = new ContentDigest();
        quick.Add((await run.KeyAsync(from.Step).ConfigureAwait(false)).ToString());
        quick.Add(Parents ? "parents" : "");
        quick.Add(ExcludesText);
        foreach (var path in Source.Paths)
        {
            quick.Add(path);
        }

        var alias = quick.Finish();
        if (!from.Step.IgnoreCache && run.FindContent(alias) is { } known)
        {
            return known;
        }

        var content = await ReadContentAsync(run).ConfigureAwait(false);
        run.NoteContent(alias, content);
        return content;
    }

    private async Task<Digest> ReadContentAsync(BuildRun run)
    {
        using var opened = await OpenAsync(run).ConfigureAwait(false);
        using var content = new ContentDigest();
        content.Add(Parents ? "parents" : "");
        content.Add(ExcludesText);
        if (opened is not null)
        {
            foreach (var item in CopyItems.Of(opened.Tree, Source.Paths, Parents, Excludes))
            {
                content.Add(item.Tree, item.Entry, item.Entry.Kind == FileKind.Directory && !Parents ? "" : item.Name, Excludes);
            }
        }

        return content.Finish();
    }

    private async Task<OpenedSource?> OpenAsync(BuildRun run)
    {
        switch (Source)
        {
            case ContextSource context when Source.Paths.Count > 0:
                return new(await run.Inputs.OpenContextAsync(context.Name, run.CancellationToken).ConfigureAwait(false), isOwned: false);
            case StepSource from:
                var stack = await run.ResultAsync(from.Step).ConfigureAwait(false);
                return new(new DirectoryTree(run.Store.Open(stack)), isOwned: true);
            case HttpSource http:
                return new(await run.Environment.Downloads.OpenAsync(http, run.CancellationToken).ConfigureAwait(false), isOwned: true);
            default:
                return null;
        }
    }

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

    private void Copy(RootedDirectory target, (uint Uid, uint Gid)? owner, IReadOnlyList<CopyItem> items, BuildRun run)
    {
        var copier = new TreeCopier(target, new()
        {
            Destination = Destination,
            IntoDirectory = ManyPaths,
            Owner = owner,
            Mode = Mode,
            Parents = Parents,
            Excludes = Excludes,
            Now = run.Environment.Time.GetUtcNow(),
        });
        if (items.Count == 0)
        {
            copier.MakeDirectories(Destination.EndsWith('/') ? Destination.TrimEnd('/') : Destination[..Destination.LastIndexOf('/')]).Dispose();
        }

        foreach (var item in items)
        {
            if (!Unpack || item.Entry.Kind != FileKind.Regular || !TryUnpack(target, copier, item, owner, run.CancellationToken))
            {
                copier.Copy(item.Tree, item.Entry, item.Name, run.CancellationToken);
            }
        }

        copier.Finish();
    }

    private bool TryUnpack(RootedDirectory target, TreeCopier copier, CopyItem item, (uint Uid, uint Gid)? owner, CancellationToken cancellationToken)
    {
        using var stream = new FileStream(item.Tree.OpenFile(item.Entry), FileAccess.Read, 1 << 16);
        if (!ArchiveSniffer.IsArchive(stream))
        {
            return false;
        }

        stream.Position = 0;
        var directory = Destination.TrimEnd('/');
        copier.MakeDirectories(directory).Dispose();
        new TreeExtractor(target, System.Text.Encoding.UTF8.GetBytes(directory), owner, keepKinds: false).Extract(stream, cancellationToken);
        return true;
    }

    private sealed class OpenedSource(SourceTree tree, bool isOwned) : IDisposable
    {
        public SourceTree Tree { get; } = tree;

        public void Dispose()
        {
            if (isOwned)
            {
                Tree.Dispose();
            }
        }
    }
}
