using Gantry.Cli.CommandLine;
using Gantry.Spec.Build;
using Gantry.Spec.Engine;

namespace Gantry.Cli.Building;

/// <summary>A directory of this machine that is built from, without what its .dockerignore leaves out.</summary>
internal sealed class LocalContext
{
    private const uint RegularKind = 0x8000;
    private const uint DirectoryKind = 0x4000;
    private const uint LinkKind = 0xA000;
    private readonly IgnorePatterns? _ignored;
    private List<BuildContextEntry>? _entries;

    /// <param name="directory">Where it is.</param>
    /// <param name="dockerfile">The Dockerfile's path in it; a <c>.dockerignore</c> of its own counts alone.</param>
    public LocalContext(string directory, string? dockerfile)
    {
        Directory = Path.GetFullPath(directory);
        if (!System.IO.Directory.Exists(Directory)) throw new CommandLineException($"ERROR: unable to prepare context: path {OptionValues.Quote(directory)} not found");
        foreach (var name in (string?[])[dockerfile is null ? null : dockerfile + ".dockerignore", ".dockerignore"])
        {
            if (name is not null && Path.Combine(Directory, name) is { } path && File.Exists(path))
            {
                Ignored = File.ReadAllText(path);
                _ignored = IgnorePatterns.Parse(Ignored);
                break;
            }
        }
    }

    public string Directory { get; }

    /// <summary>The text of the <c>.dockerignore</c>; null for none.</summary>
    public string? Ignored { get; }

    /// <summary>Directories come before what is in them.</summary>
    public IReadOnlyList<BuildContextEntry> Entries
    {
        get
        {
            if (_entries is null)
            {
                _entries = [];
                Walk(_entries, new DirectoryInfo(Directory), "");
            }

            return _entries;
        }
    }

    /// <summary>A tar of some of the entries, made while it is read.</summary>
    public Stream Archive(IEnumerable<int> indexes) => new ContextArchive(Directory, [.. indexes.Select(index => Entries[index])]).Stream;

    private void Walk(List<BuildContextEntry> entries, DirectoryInfo directory, string prefix)
    {
        foreach (var item in directory.EnumerateFileSystemInfos().OrderBy(item => item.Name, StringComparer.Ordinal))
        {
            var path = prefix + item.Name;
            var isDirectory = item is DirectoryInfo && item.LinkTarget is null;
            var isIgnored = _ignored is not null && _ignored.IsIgnored(path);
            if (isIgnored && !(isDirectory && _ignored!.MayContainIncluded(path))) continue;
            if (item.LinkTarget is { } target)
            {
                entries.Add(Entry(item, path, LinkKind) with { Link = target, Mode = LinkKind | 0x1FF });
            }
            else if (isDirectory)
            {
                var before = entries.Count;
                entries.Add(Entry(item, path, DirectoryKind));
                Walk(entries, (DirectoryInfo)item, path + "/");
                // It is there only for what may be wanted in it.
                if (isIgnored && entries.Count == before + 1) entries.RemoveAt(before);
            }
            else if (item is FileInfo file && (file.Attributes & FileAttributes.Device) == 0)
            {
                entries.Add(Entry(item, path, RegularKind) with { Size = file.Length });
            }
        }
    }

    private static BuildContextEntry Entry(FileSystemInfo item, string path, uint kind) => new()
    {
        Path = path,
        Mode = kind | (uint)item.UnixFileMode,
        Modified = (item.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks * 100,
    };
}
