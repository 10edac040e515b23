using System.Diagnostics.CodeAnalysis;

namespace Gantry.Build.Sources;

/// <summary>What is in the files of contexts, each content once, by its sha256. It goes when nobody holds it.</summary>
internal sealed class ContextContents : IDisposable
{
    private const long MostInPack = 64 << 20;
    private const long WorthMoving = 1 << 20;
    private readonly Lock gate = new();
    private readonly string directory;
    private readonly Dictionary<byte[], Content> contents = new(HashComparer.Instance);
    private readonly HashSet<ContextPack> packs = [];
    private ContextPack? current;

    /// <summary>Finds what an earlier daemon left; nobody holds it yet.</summary>
    public ContextContents(string directory)
    {
        this.directory = directory;
        foreach (var index in Directory.EnumerateFiles(directory, "*" + ContextPack.IndexSuffix))
        {
            var (pack, entries) = ContextPack.Read(index, EndReading);
            packs.Add(pack);
            foreach (var entry in entries)
            {
                Keep(entry.Hash, new(pack, entry.Offset, entry.Length));
            }
        }
    }

    /// <summary>Drops what nobody holds, and files that no index knows.</summary>
    public void DropUnheld()
    {
        lock (gate)
        {
            foreach (var (hash, content) in contents.Where(pair => pair.Value.Holders == 0).ToList())
            {
                Drop(hash, content);
            }

            Tidy();
            var known = Directory.EnumerateFiles(directory, "*" + ContextPack.IndexSuffix).Select(Path.GetFileNameWithoutExtension).ToHashSet();
            foreach (var file in Directory.EnumerateFiles(directory).Where(file => !known.Contains(Path.GetFileNameWithoutExtension(file))))
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>Holds the content of files once more.</summary>
    /// <returns>False where one of them is not here; nothing is held then.</returns>
    public bool TryHold(IReadOnlyList<ContextFile> files)
    {
        lock (gate)
        {
            if (files.Any(file => file.Hash is not null && !contents.ContainsKey(file.Hash)))
            {
                return false;
            }

            foreach (var file in files.Where(file => file.Hash is not null))
            {
                contents[file.Hash!].Holders++;
            }

            return true;
        }
    }

    public void Release(IEnumerable<ContextFile> files) => Release(files.Where(file => file.Hash is not null).Select(file => file.Hash!));

    public void Release(IEnumerable<byte[]> hashes)
    {
        lock (gate)
        {
            foreach (var hash in hashes)
            {
                var content = contents[hash];
                if (--content.Holders == 0)
                {
                    Drop(hash, content);
                }
            }

            Tidy();
        }
    }

    /// <summary>Takes a content and holds it; one that is here is not written again.</summary>
    public void Add(byte[] hash, ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            if (!contents.TryGetValue(hash, out var content))
            {
                var pack = Current();
                content = Keep(hash, new(pack, pack.Append(hash, bytes), bytes.Length));
            }

            content.Holders++;
        }
    }

    /// <summary>As above, of a file that was written; it is the store's then.</summary>
    public void Add(byte[] hash, string file, long length)
    {
        lock (gate)
        {
            if (contents.TryGetValue(hash, out var content))
            {
                File.Delete(file);
            }
            else
            {
                var pack = ContextPack.Adopt(directory, hash, file, length, EndReading);
                packs.Add(pack);
                content = Keep(hash, new(pack, 0, length));
            }

            content.Holders++;
        }
    }

    public SourceFile Open(byte[] hash)
    {
        lock (gate)
        {
            var content = contents[hash];
            return content.Pack.Open(content.Offset, content.Length);
        }
    }

    /// <summary>Writes what was kept back: what is written of the contents elsewhere counts from then on.</summary>
    public void Flush()
    {
        lock (gate)
        {
            current?.Flush();
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var pack in packs)
            {
                pack.Dispose();
            }
        }
    }

    private void EndReading(ContextPack pack)
    {
        lock (gate)
        {
            pack.EndReading();
        }
    }

    private ContextPack Current()
    {
        if (current is { Length: >= MostInPack } full)
        {
            full.Flush();
            current = null;
        }

        if (current is null)
        {
            current = ContextPack.Create(directory, EndReading);
            packs.Add(current);
        }

        return current;
    }

    private Content Keep(byte[] hash, Content content)
    {
        if (!contents.TryAdd(hash, content))
        {
            return contents[hash];
        }

        content.Pack.Count++;
        content.Pack.Live += content.Length;
        return content;
    }

    private void Drop(byte[] hash, Content content)
    {
        contents.Remove(hash);
        content.Pack.Count--;
        content.Pack.Live -= content.Length;
    }

    /// <summary>Removes packs of which nothing is wanted; of those of which little is, that moves.</summary>
    private void Tidy()
    {
        foreach (var pack in packs.Where(pack => pack.Count == 0).ToList())
        {
            Remove(pack);
        }

        foreach (var pack in packs.Where(pack => pack != current && pack.Length > WorthMoving && pack.Live < pack.Length / 2).ToList())
        {
            Move(pack);
        }
    }

    private void Move(ContextPack pack)
    {
        foreach (var (hash, content) in contents.Where(pair => pair.Value.Pack == pack).ToList())
        {
            var bytes = new byte[content.Length];
            using (var file = pack.Open(content.Offset, content.Length))
            using (var stream = file.OpenStream())
            {
                stream.ReadExactly(bytes);
            }

            var into = Current();
            Drop(hash, content);
            Keep(hash, new(into, into.Append(hash, bytes), bytes.Length) { Holders = content.Holders });
        }

        current?.Flush();
        Remove(pack);
    }

    private void Remove(ContextPack pack)
    {
        packs.Remove(pack);
        current = pack == current ? null : current;
        pack.Drop();
    }

    private sealed class Content(ContextPack pack, long offset, long length)
    {
        public ContextPack Pack => pack;

        public long Offset => offset;

        public long Length => length;

        public int Holders { get; set; }
    }

    /// <summary>Hashes by what they are; their first bytes are as good as any.</summary>
    private sealed class HashComparer : IEqualityComparer<byte[]>
    {
        public static readonly HashComparer Instance = new();

        public bool Equals(byte[]? one, byte[]? other) => one.AsSpan().SequenceEqual(other);

        public int GetHashCode([DisallowNull] byte[] hash) => BitConverter.ToInt32(hash);
    }
}
