using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Spec.Build;

namespace Gantry.Build.Steps;

/// <summary>The files of a source of COPY or ADD, as long as they are read.</summary>
internal sealed class OpenedSource : IDisposable
{
    private readonly CopySource source;
    private readonly SourceTree tree;
    private readonly bool isOwned;

    private OpenedSource(CopySource source, SourceTree tree, bool isOwned) => (this.source, this.tree, this.isOwned) = (source, tree, isOwned);

    /// <param name="output">Takes what programs say that bring it here.</param>
    public static async Task<OpenedSource> OpenAsync(CopySource source, BuildRun run, Action<int, ReadOnlyMemory<byte>>? output)
    {
        switch (source)
        {
            case ContextSource context:
                return new(source, await run.Inputs.OpenContextAsync(context.Name, run.CancellationToken).ConfigureAwait(false), isOwned: false);
            case StepSource from:
                return new(source, new DirectoryTree(run.Store.Open(await run.ResultAsync(from.Step).ConfigureAwait(false))), isOwned: true);
            case HttpSource http:
                var (downloaded, content) = await run.Environment.Downloads.OpenAsync(http, run.CancellationToken).ConfigureAwait(false);
                run.NoteDownload(http.Url, content);
                return new(source, downloaded, isOwned: true);
            case GitSource git:
                var commit = await run.FindCommitAsync(git.Address).ConfigureAwait(false);
                return new(source, await run.Environment.Git.OpenAsync(git.Address, commit, git.KeepGitDirectory, run.Inputs, output, run.CancellationToken).ConfigureAwait(false), isOwned: true);
            case InlineSource inline:
                return new(source, InlineTree.Make(inline), isOwned: true);
            default:
                throw new InvalidOperationException($"a source of an unknown kind: {source}");
        }
    }

    /// <summary>Archives among its files are unpacked.</summary>
    public bool Unpack => source.Unpack;

    /// <summary>What its paths name. Here-documents are whole files: neither their names nor what is left out matters.</summary>
    public IReadOnlyList<CopyItem> Items(bool parents, IgnorePatterns? excludes) => source is InlineSource
        ? CopyItems.Of(tree, source.Paths, parents: false, null)
        : CopyItems.Of(tree, source.Paths, parents, excludes);

    public void Dispose()
    {
        if (isOwned)
        {
            tree.Dispose();
        }
    }
}
