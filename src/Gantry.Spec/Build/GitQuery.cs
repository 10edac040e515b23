using System.Text.RegularExpressions;

namespace Gantry.Spec.Build;

/// <summary>What the fragment and the query of a repository's address ask for.</summary>
internal sealed partial record GitQuery
{
    private const string Tags = "refs/tags/";
    private const string Branches = "refs/heads/";

    public string? Reference { get; private init; }

    public required string Directory { get; init; }

    public string? Checksum { get; private init; }

    public bool? KeepGitDirectory { get; private init; }

    public bool? Submodules { get; private init; }

    /// <param name="reference">The fragment's; empty for none.</param>
    /// <param name="directory">The fragment's; empty for none.</param>
    public static GitQuery Parse(string query, string reference, string directory)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = pair.Split('=', 2) is [var left, var right] ? (left, Uri.UnescapeDataString(right.Replace('+', ' '))) : (pair, "");
            if (key is not ("ref" or "tag" or "branch" or "subdir" or "checksum" or "commit" or "keep-git-dir" or "submodules"))
            {
                throw new InvalidArgumentException($"unexpected query \"{key}\": a git address may have ref, tag, branch, subdir, checksum, keep-git-dir and submodules");
            }

            if (value.Length == 0 && key is not ("keep-git-dir" or "submodules"))
            {
                throw new InvalidArgumentException($"query \"{key}\" has no value");
            }

            if (!values.TryAdd(key, value))
            {
                throw new InvalidArgumentException($"query \"{key}\" has multiple values");
            }
        }

        if (values.ContainsKey("tag") && values.ContainsKey("branch"))
        {
            throw new InvalidArgumentException("branch conflicts with tag");
        }

        var wanted = One("ref", reference, values.GetValueOrDefault("ref"));
        wanted = One("ref", wanted, Full(Tags, values.GetValueOrDefault("tag")));
        wanted = One("ref", wanted, Full(Branches, values.GetValueOrDefault("branch")));
        var checksum = values.GetValueOrDefault("checksum") ?? values.GetValueOrDefault("commit");
        return new()
        {
            Reference = wanted.Length > 0 ? CheckReference(wanted) : checksum is not null && IsCommit(checksum) ? checksum : null,
            Directory = One("subdir", directory, values.GetValueOrDefault("subdir")),
            Checksum = checksum is null ? null : CheckChecksum(checksum),
            KeepGitDirectory = Flag(values, "keep-git-dir"),
            Submodules = Flag(values, "submodules"),
        };
    }

    /// <summary>Whether it is a whole commit, and not only the beginning of one.</summary>
    internal static bool IsCommit(string text) => text.Length is 40 or 64 && HexDigits().IsMatch(text);

    internal static string CheckChecksum(string text) => text.Length <= 64 && HexDigits().IsMatch(text)
        ? text
        : throw new InvalidArgumentException($"invalid checksum {text} of a git repository: it must be a commit, or the beginning of one");

    private static string One(string name, string known, string? other) => other is null || known == other ? known
        : known.Length == 0 ? other
        : throw new InvalidArgumentException($"{name} conflicts: \"{known}\" vs \"{other}\"");

    private static string? Full(string prefix, string? name) => name is null || name.StartsWith(prefix, StringComparison.Ordinal) ? name : prefix + name;

    private static bool? Flag(Dictionary<string, string> values, string key) => !values.TryGetValue(key, out var value) ? null
        : value is "" or "1" or "t" or "T" or "true" or "True" or "TRUE" ? true
        : value is "0" or "f" or "F" or "false" or "False" or "FALSE" ? false
        : throw new InvalidArgumentException($"invalid {key} value: \"{value}\"");

    /// <summary>What git-check-ref-format(1) allows: nothing that looks like an option, a range or a pattern.</summary>
    private static string CheckReference(string text) => ForbiddenReference().IsMatch(text)
        ? throw new InvalidArgumentException($"invalid git reference \"{text}\": it must be the name of a branch, tag or commit")
        : text;

    [GeneratedRegex(@"^[0-9a-f]+\z")]
    private static partial Regex HexDigits();

    [GeneratedRegex(@"^[-/]|[/.]\z|\.lock\z|\.\.|//|/\.|@\{|[\x00-\x20\x7F~^:?*\[\\]")]
    private static partial Regex ForbiddenReference();
}
