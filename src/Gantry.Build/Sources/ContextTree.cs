using Gantry.Linux.Files;

namespace Gantry.Build.Sources;

/// <summary>What a client sent to build from. What it said of its files counts, not what the disk says: all belong to root.</summary>
public sealed class ContextTree : SourceTree
{
    private readonly Dictionary<string, ContextFile> entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> children = new(StringComparer.Ordinal);
    private readonly Action? onDispose;

    /// <param name="directory">Where the files are.</param>
    /// <param name="onDispose">Releases the directory.</param>
    public ContextTree(string directory, IEnumerable<ContextFile> files, Action? onDispose = null)
    {
        Root = RootedDirectory.Open(directory);
        this.onDispose = onDispose;
        entries[""] = new(new() { Path = "", Kind = FileKind.Directory, Permissions = 0x1ED }, null);
        foreach (var file in files)
        {
            Add(file);
        }

        foreach (var list in children.Values)
        {
            list.Sort(string.CompareOrdinal);
        }
    }

    public override RootedDirectory Root { get; }

    public IEnumerable<ContextFile> Files => entries.Values.Where(file => file.Entry.Path.Length > 0);

    public override SourceEntry? Find(string path) => entries.GetValueOrDefault(path)?.Entry;

    public override IEnumerable<SourceEntry> List(string directory) =>
        children.TryGetValue(directory, out var names) ? names.Select(path => entries[path].Entry) : [];

    public override byte[] HashOf(SourceEntry file) => entries[file.Path].Hash ?? Hash(Root, file.Path);

    public override IReadOnlyList<KeyValuePair<string, byte[]>> XattrsOf(SourceEntry entry) => [];

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            onDispose?.Invoke();
        }
    }

    private void Add(ContextFile file)
    {
        var path = file.Entry.Path;
        var parent = path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "";
        if (!entries.ContainsKey(parent))
        {
            Add(new(new() { Path = parent, Kind = FileKind.Directory, Permissions = 0x1ED }, null));
        }

        if (entries.TryAdd(path, file))
        {
            if (!children.TryGetValue(parent, out var siblings))
            {
                children[parent] = siblings = [];
            }

            siblings.Add(path);
        }
        else
        {
            entries[path] = file;
        }
    }
}

/// <param name="Hash">The sha256 of a file's bytes; null where it is not known.</param>
public sealed record ContextFile(SourceEntry Entry, byte[]? Hash);
