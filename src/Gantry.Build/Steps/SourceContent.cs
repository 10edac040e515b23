using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Linux.Files;
using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Build.Steps;

/// <summary>What a source gives to COPY or ADD, as a digest: of a commit or a stage that was seen before it is known, and nothing is read.</summary>
internal static class SourceContent
{
    public static Task<Digest> OfAsync(CopyStep step, CopySource source, BuildRun run) => source switch
    {
        StepSource from => OfStageAsync(from, run, step.Parents, step.Excludes, step.ExcludesText),
        GitSource git => OfCommitAsync(step, git, run),
        InlineSource inline => Task.FromResult(Of(inline)),
        _ => ReadAsync(source, run, step.Parents, step.Excludes, step.ExcludesText),
    };

    private static Digest Of(InlineSource inline)
    {
        using var content = new ContentDigest();
        foreach (var file in inline.Files)
        {
            content.Add(file.Name);
            content.Add(file.Content);
        }

        return content.Finish();
    }

    private static async Task<Digest> OfCommitAsync(CopyStep step, GitSource git, BuildRun run)
    {
        var commit = await run.FindCommitAsync(git.Address).ConfigureAwait(false);
        using var content = new ContentDigest();
        content.Add("git");
        content.Add($"{commit.Hash}\n{git.Address.Directory}\n{git.Address.Submodules}\n{git.KeepGitDirectory}");
        // What git keeps of a repository says how it was found.
        content.Add(git.KeepGitDirectory ? $"{git.Address.Remote}\n{commit.Reference}" : "");
        content.Add(step.ExcludesText);
        return content.Finish();
    }

    /// <summary>Of files of a stage.</summary>
    public static async Task<Digest> OfStageAsync(StepSource from, BuildRun run, bool parents = false, IgnorePatterns? excludes = null, string excludesText = "")
    {
        using var quick = new ContentDigest();
        quick.Add((await run.KeyAsync(from.Step).ConfigureAwait(false)).ToString());
        quick.Add(parents ? "parents" : "");
        quick.Add(excludesText);
        foreach (var path in from.Paths)
        {
            quick.Add(path);
        }

        var alias = quick.Finish();
        if (!from.Step.IgnoreCache && run.FindContent(alias) is { } known)
        {
            return known;
        }

        var content = await ReadAsync(from, run, parents, excludes, excludesText).ConfigureAwait(false);
        run.NoteContent(alias, content);
        return content;
    }

    private static async Task<Digest> ReadAsync(CopySource source, BuildRun run, bool parents, IgnorePatterns? excludes, string excludesText)
    {
        using var opened = await OpenedSource.OpenAsync(source, run, output: null).ConfigureAwait(false);
        using var content = new ContentDigest();
        content.Add(parents ? "parents" : "");
        content.Add(excludesText);
        foreach (var item in opened.Items(parents, excludes))
        {
            content.Add(item.Tree, item.Entry, item.Entry.Kind == FileKind.Directory && !parents ? "" : item.Name, excludes);
        }

        return content.Finish();
    }
}
