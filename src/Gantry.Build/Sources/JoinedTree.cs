using Gantry.Build.Outputs;
using Gantry.Linux.Files;

namespace Gantry.Build.Sources;

/// <summary>Several trees, each in a directory of its own.</summary>
public sealed class JoinedTree : SourceTree
{
    private const uint DirectoryPermissions = 0b111_101_101;
    private readonly SortedDictionary<string, DirectoryTree> trees;

    private JoinedTree(IEnumerable<BuiltTree> built) => trees = new(built.ToDictionary(tree => tree.Directory, tree => tree.Tree), StringComparer.Ordinal);

    /// <summary>What was built, as one tree. It stays its owner's.</summary>
    public static SourceTree Of(IReadOnlyList<BuiltTree> built)
    {
        ArgumentNullException.ThrowIfNull(built);
        return built is [{ Directory: "", Tree: var only }] ? only : new JoinedTree(built);
    }

    public override SourceEntry? Find(string path)
    {
        var (directory, inside) = Cut(path);
        return directory.Length == 0 ? Directory("")
            : !trees.TryGetValue(directory, out var tree) ? null
            : inside.Length == 0 ? Directory(directory)
            : tree.Find(inside) is { } found ? In(directory, found) : null;
    }

    public override IEnumerable<SourceEntry> List(string directory)
    {
        var (name, inside) = Cut(directory);
        return name.Length == 0 ? trees.Keys.Select(Directory) : trees.TryGetValue(name, out var tree) ? tree.List(inside).Select(entry => In(name, entry)) : [];
    }

    public override SourceFile OpenFile(SourceEntry file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var (directory, inside) = Cut(file.Path);
        return trees[directory].OpenFile(file with { Path = inside });
    }

    public override IReadOnlyList<KeyValuePair<string, byte[]>> XattrsOf(SourceEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var (directory, inside) = Cut(entry.Path);
        return inside.Length == 0 ? [] : trees[directory].XattrsOf(entry with { Path = inside });
    }

    protected override void Dispose(bool disposing)
    {
    }

    private static SourceEntry Directory(string path) => new() { Path = path, Kind = FileKind.Directory, Permissions = DirectoryPermissions };

    private static SourceEntry In(string directory, SourceEntry entry) => entry with { Path = $"{directory}/{entry.Path}" };

    private static (string Directory, string Inside) Cut(string path) => path.IndexOf('/', StringComparison.Ordinal) is >= 0 and var at ? (path[..at], path[(at + 1)..]) : (path, "");
}
