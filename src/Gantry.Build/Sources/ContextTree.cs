using Gantry.Linux.Files;
using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Build.Sources;

/// <summary>What a client sent to build from. What it said of its files counts, not what the disk says: all belong to root.</summary>
public sealed class ContextTree : SourceTree
{
    private readonly List<ContextFile> files;
    private readonly Dictionary<string, ContextFile> entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> children = new(StringComparer.Ordinal);
    private readonly ContextContents contents;

    /// <summary>Holds the files' content in the store until it is disposed; the caller holds it until then.</summary>
    internal ContextTree(ContextContents contents, IEnumerable<ContextFile> files)
    {
        this.contents = contents;
        entries[""] = new(new() { Path = "", Kind = FileKind.Directory, Permissions = 0x1ED }, null);
        foreach (var file in files)
        {
            Add(file);
        }

        foreach (var list in children.Values)
        {
            list.Sort(string.CompareOrdinal);
        }

        this.files = [.. entries.Values.Where(file => file.Entry.Path.Length > 0)];
        if (!contents.TryHold(this.files))
        {
            throw new InternalException("a file of the context is not here");
        }
    }

    /// <summary>What its client left out; null where nothing, or where that is not known.</summary>
    public IgnorePatterns? Ignored { get; set; }

    public IEnumerable<ContextFile> Files => files;

    public override SourceEntry? Find(string path) => entries.GetValueOrDefault(path)?.Entry;

    public override IEnumerable<SourceEntry> List(string directory) =>
        children.TryGetValue(directory, out var names) ? names.Select(path => entries[path].Entry) : [];

    public override SourceFile OpenFile(SourceEntry file) => contents.Open(HashOf(file));

    public override byte[] HashOf(SourceEntry file) => entries[file.Path].Hash!;

    public override IReadOnlyList<KeyValuePair<string, byte[]>> XattrsOf(SourceEntry entry) => [];

    /// <summary>Takes a file out of what can be copied.</summary>
    public void Hide(string path)
    {
        if (entries.Remove(path))
        {
            children[path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : ""].Remove(path);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            contents.Release(files);
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

/// <param name="Hash">The sha256 of a file's bytes; null for what is no file.</param>
public sealed record ContextFile(SourceEntry Entry, byte[]? Hash);
