using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Enumeration;
using System.Runtime.InteropServices;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminals;
using Gantry.Spec;
using Gantry.Spec.Build;
using Gantry.Spec.Engine;

namespace Gantry.Cli.Building;

/// <summary>A directory of this machine that is built from, without what its .dockerignore leaves out.</summary>
internal sealed class LocalContext
{
    private const uint KindMask = 0xF000;
    private const uint RegularKind = 0x8000;
    private const uint DirectoryKind = 0x4000;
    private const uint LinkKind = 0xA000;
    private const long NanosecondsPerSecond = 1_000_000_000;
    private readonly IgnorePatterns? _ignored;
    private List<BuildContextEntry>? _entries;
    private Task? _walk;

    /// <param name="directory">Where it is.</param>
    /// <param name="dockerfile">The Dockerfile's path in it; a <c>.dockerignore</c> of its own counts alone.</param>
    public LocalContext(string directory, string? dockerfile)
    {
        Directory = Path.GetFullPath(directory);
        RequireDirectory(directory);
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

    public static void RequireDirectory(string path)
    {
        if (!System.IO.Directory.Exists(path)) throw new CommandLineException($"ERROR: unable to prepare context: path {OptionValues.Quote(path)} not found");
    }

    public string Directory { get; }

    /// <summary>The text of the <c>.dockerignore</c>; null for none.</summary>
    public string? Ignored { get; }

    /// <summary>Directories come before what is in them.</summary>
    public IReadOnlyList<BuildContextEntry> Entries
    {
        get
        {
            _walk?.GetAwaiter().GetResult();
            return _entries ??= Walk(null);
        }
    }

    /// <summary>Of the entries: the same as long as nothing is changed, added or removed.</summary>
    public string Digest
    {
        get
        {
            var hash = new LightSha256();
            Span<byte> numbers = stackalloc byte[24];
            foreach (var entry in Entries)
            {
                BinaryPrimitives.WriteInt64LittleEndian(numbers, entry.Mode);
                BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], entry.Size);
                BinaryPrimitives.WriteInt64LittleEndian(numbers[16..], entry.Modified);
                hash.Append(numbers);
                // A path has no NUL.
                hash.Append(MemoryMarshal.AsBytes($"{entry.Path}\0{entry.Link}\0".AsSpan()));
            }

            return hash.Finish();
        }
    }

    /// <summary>A tar of some of the entries, made while it is read.</summary>
    public Stream Archive(IEnumerable<int> indexes) => new ContextArchive(Directory, [.. indexes.Select(index => Entries[index])]);

    /// <summary>A tar of all files, made while they are looked for on another thread.</summary>
    public Stream ArchiveAsFound()
    {
        var found = new BlockingCollection<BuildContextEntry>();
        _walk = BlockingWork.RunAsync(() =>
        {
            try
            {
                _entries = Walk(found);
            }
            finally
            {
                found.CompleteAdding();
            }
        });
        return new ContextArchive(Directory, Take(found, _walk));
    }

    private static IEnumerable<BuildContextEntry> Take(BlockingCollection<BuildContextEntry> found, Task walk)
    {
        foreach (var entry in found.GetConsumingEnumerable()) yield return entry;
        found.Dispose();
        walk.GetAwaiter().GetResult();
    }

    private List<BuildContextEntry> Walk(BlockingCollection<BuildContextEntry>? found)
    {
        var entries = new List<BuildContextEntry>();
        Walk(entries, found, Directory == "/" ? "" : Directory, "");
        return entries;
    }

    private void Walk(List<BuildContextEntry> entries, BlockingCollection<BuildContextEntry>? found, string directory, string prefix)
    {
        using var opened = OpenDirectory.At(directory.Length == 0 ? "/" : directory);
        foreach (var name in NamesIn(directory))
        {
            var path = prefix + name;
            var isIgnored = _ignored is not null && _ignored.IsIgnored(path);
            if (isIgnored && !_ignored!.MayContainIncluded(path)) continue;
            var place = $"{directory}/{name}";
            // One call for each of many files, from their directory: what the framework asks of one takes three, and each walks the path.
            if (LibC.StatX(opened.Descriptor, name, LibC.NoFollow, LibC.BasicStatus, out var status) != 0) continue;
            var kind = status.Mode & KindMask;
            if (kind == DirectoryKind)
            {
                var before = entries.Count;
                entries.Add(Entry(path, status));
                Walk(entries, found, place, path + "/");
                // It is there only for what may be wanted in it.
                if (isIgnored && entries.Count == before + 1) entries.RemoveAt(before);
            }
            else if (isIgnored)
            {
                continue;
            }
            else if (kind == LinkKind && new FileInfo(place).LinkTarget is { } target)
            {
                entries.Add(Entry(path, status) with { Link = target });
            }
            else if (kind == RegularKind)
            {
                entries.Add(Entry(path, status) with { Size = (long)status.Size });
                found?.Add(entries[^1]);
            }
        }
    }

    private static List<string> NamesIn(string directory)
    {
        var names = new FileSystemEnumerable<string>(directory.Length == 0 ? "/" : directory, (ref entry) => entry.FileName.ToString(), new() { AttributesToSkip = 0, IgnoreInaccessible = false }).ToList();
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private static BuildContextEntry Entry(string path, in LibC.Statx status) => new()
    {
        Path = path,
        Mode = status.Mode,
        // To what the framework tells of times, as they are in archives.
        Modified = ((status.ModifiedSeconds * NanosecondsPerSecond) + status.ModifiedNanoseconds) / 100 * 100,
    };
}
