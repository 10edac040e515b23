using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Build.Sources.Git;

/// <summary>Finds a reference among those a remote tells of, as git-rev-parse(1) does: the whole name, a tag, a branch.</summary>
internal static class GitReferences
{
    private const string Head = "HEAD";
    private const string Peeled = "^{}";
    private const string Symbolic = "ref: ";

    /// <summary>What is asked of git-ls-remote(1).</summary>
    public static IReadOnlyList<string> Patterns(string? reference) => reference is null or Head
        ? [Head]
        : [.. Candidates(reference), .. Candidates(reference).Select(name => name + Peeled)];

    /// <param name="answer">Of <c>ls-remote --symref</c>.</param>
    public static GitCommit Find(GitAddress address, string answer)
    {
        var objects = new Dictionary<string, string>(StringComparer.Ordinal);
        string? branch = null;
        foreach (var line in answer.Split('\n'))
        {
            if (line.Split('\t') is not [var value, var name])
            {
                continue;
            }

            if (value.StartsWith(Symbolic, StringComparison.Ordinal))
            {
                branch = name == Head ? value[Symbolic.Length..] : branch;
            }
            else if (GitAddress.IsCommit(value))
            {
                objects[name] = value;
            }
        }

        var found = address.Reference is null or Head ? Head : Candidates(address.Reference).FirstOrDefault(objects.ContainsKey);
        if (found is null || !objects.TryGetValue(found, out var target))
        {
            throw new NotFoundException(address.Reference is { } wanted
                ? $"repository {address.Remote} does not contain ref {wanted}: it must be a branch, a tag or a whole commit"
                : $"repository {address.Remote} has no default branch");
        }

        return new(objects.GetValueOrDefault(found + Peeled, target), target, found == Head ? branch ?? Head : found);
    }

    private static string[] Candidates(string reference) => reference.StartsWith("refs/", StringComparison.Ordinal)
        ? [reference]
        : [$"refs/{reference}", $"refs/tags/{reference}", $"refs/heads/{reference}"];
}
