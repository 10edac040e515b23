using Gantry.Build.Outputs;
using Gantry.Linux.Files;
using Gantry.Spec;

namespace Gantry.Build.Sources;

/// <summary>Several trees in one, each in a directory of its own or all at the top, where none may have a file that another has.</summary>
public sealed class JoinedTree : SourceTree
{
    private const uint DirectoryPermissions = 0b111_101_101;
    private readonly IReadOnlyList<BuiltTree> trees;

    private JoinedTree(IReadOnlyList<BuiltTree> built) => trees = built;

    /// <summary>What was built, as one tree. It stays its owner's.</summary>
    public static SourceTree Of(IReadOnlyList<BuiltTree> built)
    {
        ArgumentNullException.ThrowIfNull(built);
        return built is [{ Directory: "", Tree: var only }] ? only : new JoinedTree(built);
    }

    /// <summary>Says so where two would be the same file.</summary>
    public static void RequireDistinct(IReadOnlyList<BuiltTree> built)
    {
        foreach (var _ in new JoinedTree(built).FilesBelow(""))
        {
            // Listing a directory compares.
        }
    }

    public override SourceEntry? Find(string path) => path.Length == 0 || trees.Any(tree => tree.Directory == path) ? Directory(path) : Places(path).FirstOrDefault().Entry;

    public override IEnumerable<SourceEntry> List(string directory)
    {
        var found = new SortedDictionary<string, SourceEntry>(StringComparer.Ordinal);
        foreach (var tree in trees)
        {
            var entries = directory.Length == 0 && tree.Directory.Length > 0 ? [Directory(tree.Directory)]
                : Inside(tree, directory) is { } inside && (inside.Length == 0 || tree.Tree.Find(inside) is { Kind: FileKind.Directory }) ? tree.Tree.List(inside).Select(entry => In(tree, entry)) : [];
            foreach (var entry in entries)
            {
                if (!found.TryAdd(entry.Path, entry) && !(entry.Kind == FileKind.Directory && found[entry.Path].Kind == FileKind.Directory))
                {
                    throw new InvalidArgumentException($"cannot write {entry.Path} of one platform over that of another: leave platform-split=false out");
                }
            }
        }

        return found.Values;
    }

    public override SourceFile OpenFile(SourceEntry file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var (tree, entry) = Places(file.Path).First();
        return tree.Tree.OpenFile(file with { Path = Inside(tree, entry.Path)! });
    }

    public override IReadOnlyList<KeyValuePair<string, byte[]>> XattrsOf(SourceEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return Places(entry.Path).Select(place => place.Tree.Tree.XattrsOf(entry with { Path = Inside(place.Tree, entry.Path)! })).FirstOrDefault() ?? [];
    }

    protected override void Dispose(bool disposing)
    {
    }

    /// <summary>The trees that have something at a path.</summary>
    private IEnumerable<(BuiltTree Tree, SourceEntry Entry)> Places(string path)
    {
        foreach (var tree in trees)
        {
            if (Inside(tree, path) is { Length: > 0 } inside && tree.Tree.Find(inside) is { } found)
            {
                yield return (tree, In(tree, found));
            }
        }
    }

    /// <summary>A path in a tree of its own; null where it is not in it.</summary>
    private static string? Inside(BuiltTree tree, string path) => tree.Directory.Length == 0 ? path
        : path == tree.Directory ? ""
        : path.StartsWith(tree.Directory + "/", StringComparison.Ordinal) ? path[(tree.Directory.Length + 1)..]
        : null;

    private static SourceEntry Directory(string path) => new() { Path = path, Kind = FileKind.Directory, Permissions = DirectoryPermissions };

    private static SourceEntry In(BuiltTree tree, SourceEntry entry) => tree.Directory.Length == 0 ? entry : entry with { Path = $"{tree.Directory}/{entry.Path}" };
}
