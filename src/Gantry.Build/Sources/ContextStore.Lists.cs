using System.Security.Cryptography;
using System.Text;
using Gantry.Linux.Files;
using Gantry.Spec;

namespace Gantry.Build.Sources;

public sealed partial class ContextStore
{
    /// <summary>Compares what is in a client's directory with what was there last time.</summary>
    /// <param name="key">Names the directory, whoever's it is; null for one of which nothing is known or to be known.</param>
    /// <param name="now">What is in it: no hashes.</param>
    /// <param name="digest">What the client has for all of it, to be asked by <see cref="TryFind"/>; empty for none.</param>
    public ContextChanges Compare(string? key, IReadOnlyList<SourceEntry> now, string digest = "")
    {
        var path = key is null ? "" : ListPath(key);
        lock (gate)
        {
            var list = ReadList(path);
            var before = list.Files.ToDictionary(file => file.Entry.Path, StringComparer.Ordinal);
            var known = new List<ContextFile>();
            var missing = new List<int>();
            for (var i = 0; i < now.Count; i++)
            {
                var entry = now[i];
                var hash = entry.Kind == FileKind.Regular && before.TryGetValue(entry.Path, out var old)
                    && old.Entry.Kind == FileKind.Regular && old.Entry.Size == entry.Size && old.Entry.ModifiedNanoseconds == entry.ModifiedNanoseconds ? old.Hash : null;
                known.Add(new(entry, hash));
                if (hash is null && entry.Kind == FileKind.Regular)
                {
                    missing.Add(i);
                }
            }

            var isListed = key is null || (digest.Length > 0 ? digest == list.Digest : missing.Count == 0 && now.Count == list.Files.Count);

            // Held until it is disposed, whatever becomes of the list meanwhile.
            return contents.TryHold(known) ? new(this, path, new(digest, known), missing) { IsListed = isListed } : throw new InternalException($"what {path} lists is not here");
        }
    }

    /// <summary>What was in a client's directory last time; null where that had another digest.</summary>
    public ContextChanges? TryFind(string key, string digest)
    {
        var path = ListPath(key);
        lock (gate)
        {
            var list = ReadList(path);
            return digest.Length > 0 && list.Digest == digest && contents.TryHold(list.Files) ? new(this, path, list, []) { IsListed = true } : null;
        }
    }

    /// <summary>Whether something was in a client's directory last time.</summary>
    public bool Knows(string key) => File.Exists(ListPath(key));

    /// <summary>Takes the files that were missing.</summary>
    /// <param name="archive">A tar of them.</param>
    /// <param name="changes">Waits for what says which they are: the files may come before.</param>
    /// <param name="took">Told of bytes as they come.</param>
    /// <param name="whole">Gets the context, the caller's then, before it is noted for the next time.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public void Complete(Stream archive, Func<ContextChanges> changes, Action<long> took, Action<ContextTree> whole, CancellationToken cancellationToken)
    {
        using var received = new ReceivedFiles(this, took);
        Receive(archive, received, cancellationToken);
        Complete(changes(), received.ByPath, whole);
    }

    internal void Complete(ContextChanges changes, Dictionary<string, ContextFile> came, Action<ContextTree> whole)
    {
        var files = changes.Files.Where(file => file.Hash is not null || file.Entry.Kind != FileKind.Regular || came.ContainsKey(file.Entry.Path))
            .Select(file => came.TryGetValue(file.Entry.Path, out var fresh) ? fresh with { Entry = file.Entry } : file)
            .ToList();
        whole(new ContextTree(contents, files));
        if (!changes.IsListed)
        {
            Keep(changes.ListPath, new(changes.Digest, files));
        }
    }

    internal void Release(ContextChanges changes) => contents.Release(changes.Files);

    /// <summary>Forgets what was in clients' directories. What builds use now stays until they end.</summary>
    /// <returns>Bytes of disk freed.</returns>
    public long Prune()
    {
        lock (gate)
        {
            var before = DiskSpace.Of(files) + DiskSpace.Of(lists);
            foreach (var list in Directory.EnumerateFiles(lists))
            {
                var known = ReadList(list).Files;
                File.Delete(list);
                contents.Release(known);
            }

            return Math.Max(before - DiskSpace.Of(files) - DiskSpace.Of(lists), 0);
        }
    }

    /// <summary>A list holds its files as a build does. One that cannot be written is as before: what it lists comes again.</summary>
    private void Keep(string path, ContextList list)
    {
        lock (gate)
        {
            var before = ReadList(path).Files;
            if (!contents.TryHold(list.Files))
            {
                return;
            }

            try
            {
                contents.Flush();
                WriteList(path, list);
            }
            catch (IOException)
            {
                contents.Release(list.Files);
                return;
            }

            contents.Release(before);
        }
    }

    private string ListPath(string key) => Path.Combine(lists, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))));

    private static void WriteList(string path, ContextList list)
    {
        var temporary = path + ".new";
        using (var writer = new BinaryWriter(File.Create(temporary)))
        {
            writer.Write(list.Digest);
            writer.Write(list.Files.Count);
            foreach (var (entry, hash) in list.Files)
            {
                writer.Write(entry.Path);
                writer.Write((int)entry.Kind);
                writer.Write(entry.Permissions);
                writer.Write(entry.Size);
                writer.Write(entry.ModifiedNanoseconds);
                writer.Write(entry.Link ?? "");
                writer.Write(hash is null ? (byte)0 : (byte)hash.Length);
                writer.Write(hash ?? []);
            }
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>One that cannot be read is as none: what it lists comes again.</summary>
    private static ContextList ReadList(string path)
    {
        try
        {
            return File.Exists(path) ? ParseList(path) : ContextList.Empty;
        }
        catch (Exception e) when (e is IOException or ArgumentException or FormatException or OverflowException)
        {
            File.Delete(path);
            return ContextList.Empty;
        }
    }

    private static ContextList ParseList(string path)
    {
        using var reader = new BinaryReader(new MemoryStream(File.ReadAllBytes(path)));
        var digest = reader.ReadString();
        var count = reader.ReadInt32();
        var files = new ContextFile[count is >= 0 and <= (int)MostFiles ? count : throw new FormatException($"a context of {count} files")];
        for (var i = 0; i < files.Length; i++)
        {
            var entry = new SourceEntry
            {
                Path = reader.ReadString(),
                Kind = (FileKind)reader.ReadInt32(),
                Permissions = reader.ReadUInt32(),
                Size = reader.ReadInt64(),
                ModifiedNanoseconds = reader.ReadInt64(),
                Link = reader.ReadString() is { Length: > 0 } link ? link : null,
            };
            files[i] = new(entry, reader.ReadByte() is > 0 and var length ? reader.ReadBytes(length) : null);
        }

        return new(digest, files);
    }

    /// <summary>Files are not written through to the disk: they count as long as the machine runs.</summary>
    private ContextContents Recover(string bootFile)
    {
        var boot = File.ReadAllText("/proc/sys/kernel/random/boot_id");
        if (!File.Exists(bootFile) || File.ReadAllText(bootFile) != boot)
        {
            foreach (var directory in (string[])[files, lists])
            {
                if (Directory.Exists(directory))
                {
                    Directory.Delete(directory, recursive: true);
                }

                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            File.WriteAllText(bootFile, boot);
        }

        foreach (var unfinished in Directory.EnumerateFiles(lists, "*.new"))
        {
            File.Delete(unfinished);
        }

        var found = new ContextContents(files);
        foreach (var list in Directory.EnumerateFiles(lists))
        {
            if (!found.TryHold(ReadList(list).Files))
            {
                File.Delete(list);
            }
        }

        found.DropUnheld();
        return found;
    }
}

/// <summary>What of a client's directory has to come. Disposed, the files that are known are no longer held for it.</summary>
public sealed class ContextChanges : IDisposable
{
    private readonly ContextStore store;
    private int disposed;

    internal ContextChanges(ContextStore store, string listPath, ContextList list, IReadOnlyList<int> missing) =>
        (this.store, ListPath, Files, Digest, Missing) = (store, listPath, list.Files, list.Digest, missing);

    /// <summary>Indexes into what was compared.</summary>
    public IReadOnlyList<int> Missing { get; }

    internal string ListPath { get; }

    internal IReadOnlyList<ContextFile> Files { get; }

    internal string Digest { get; }

    /// <summary>The list on the disk is of just this.</summary>
    internal bool IsListed { get; init; }

    /// <summary>Takes the files that were missing one by one, in pieces.</summary>
    public ContextPieces TakePieces() => new(store, this);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            store.Release(this);
        }
    }
}

/// <summary>What is in a client's directory.</summary>
/// <param name="Digest">What its client has for all of it; empty where that is not known.</param>
internal sealed record ContextList(string Digest, IReadOnlyList<ContextFile> Files)
{
    public static ContextList Empty { get; } = new("", []);
}
