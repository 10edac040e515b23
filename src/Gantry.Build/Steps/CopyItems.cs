using Gantry.Build.Sources;
using Gantry.Linux.Files;
using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Build.Steps;

/// <summary>Finds what the paths and patterns of COPY and ADD name.</summary>
internal static class CopyItems
{
    private static readonly char[] Meta = ['*', '?', '[', '\\'];

    public static IReadOnlyList<CopyItem> Of(SourceTree tree, IReadOnlyList<string> paths, bool parents, IgnorePatterns? excludes)
    {
        var items = new List<CopyItem>();
        foreach (var path in paths)
        {
            // --parents: what stands before /./ is left out of the names.
            var pivot = parents ? path.IndexOf("/./", StringComparison.Ordinal) : -1;
            var strip = pivot < 0 ? 0 : SourceTree.Parts(path[..pivot]).Count();
            var parts = SourceTree.Parts(path).ToArray();
            var isPattern = path.IndexOfAny(Meta) >= 0;
            var before = items.Count;
            foreach (var found in isPattern ? Match(tree, "", parts) : [string.Join('/', parts)])
            {
                var entry = tree.Resolve(found) ?? throw NotFound(found);
                var shown = parents ? string.Join('/', SourceTree.Parts(found).Skip(strip)) : found[(found.LastIndexOf('/') + 1)..];
                if (excludes is null || entry.Kind == FileKind.Directory || !excludes.IsIgnored(shown))
                {
                    items.Add(new(tree, entry, shown.Length > 0 ? shown : entry.Name));
                }
            }

            if (isPattern && items.Count == before && !parts[^1].Contains('*') && !parts[^1].Contains('?'))
            {
                throw NotFound(path);
            }
        }

        return items;
    }

    private static NotFoundException NotFound(string path) => new($"\"/{path.TrimStart('/')}\": not found");

    private static IEnumerable<string> Match(SourceTree tree, string directory, ReadOnlyMemory<string> parts)
    {
        if (parts.IsEmpty)
        {
            yield return directory;
            yield break;
        }

        if (tree.Resolve(directory) is not { Kind: FileKind.Directory } resolved)
        {
            yield break;
        }

        var part = parts.Span[0];
        if (part == "**")
        {
            foreach (var found in Match(tree, directory, parts[1..]))
            {
                yield return found;
            }
        }

        if (part.IndexOfAny(Meta) < 0)
        {
            var path = directory.Length == 0 ? part : $"{directory}/{part}";
            if (tree.Resolve(path) is not null)
            {
                foreach (var found in Match(tree, path, parts[1..]))
                {
                    yield return found;
                }
            }

            yield break;
        }

        var pattern = part == "**" ? null : GlobPattern.Parse(part);
        foreach (var child in tree.List(resolved.Path))
        {
            var path = directory.Length == 0 ? child.Name : $"{directory}/{child.Name}";
            var left = pattern is null ? parts : parts[1..];
            if (pattern is null ? child.Kind != FileKind.Directory : !pattern.IsMatch(child.Name))
            {
                continue;
            }

            foreach (var found in Match(tree, path, left))
            {
                yield return found;
            }
        }
    }
}
