using System.Buffers.Binary;
using Gantry.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Build.Sources;

/// <summary>
/// A file that holds the content of many, one after the other, and beside it the index of what is where: to make a file for each of
/// thousands of small ones, and to remove it, takes longer than all else. Used by one thread at a time.
/// </summary>
internal sealed class ContextPack : IDisposable
{
    public const string ContentSuffix = ".pack";
    public const string IndexSuffix = ".index";
    private const int HashSize = 32;
    private const int EntrySize = HashSize + (2 * sizeof(long));
    private const int BufferSize = 256 * 1024;
    private readonly string path;
    private readonly Action release;
    private readonly MemoryStream pending = new();
    private readonly MemoryStream pendingIndex = new();
    private SafeFileHandle? handle;
    private long written;
    private long indexWritten;
    private int readers;
    private bool dropped;

    private ContextPack(string path, Action<ContextPack> released) => (this.path, release) = (path, () => released(this));

    /// <summary>Bytes of content, of which some may not be wanted any more.</summary>
    public long Length => written + pending.Length;

    /// <summary>Bytes that are wanted.</summary>
    public long Live { get; set; }

    /// <summary>How many contents are wanted.</summary>
    public int Count { get; set; }

    /// <param name="released">Called when one who opened it has closed it: in place of closing the handle.</param>
    public static ContextPack Create(string directory, Action<ContextPack> released) => new(Path.Combine(directory, Guid.NewGuid().ToString("N")), released);

    /// <summary>Makes a file that was written the only content of a pack.</summary>
    public static ContextPack Adopt(string directory, byte[] hash, string file, long length, Action<ContextPack> released)
    {
        var pack = Create(directory, released);
        pack.AddEntry(hash, 0, length);
        pack.Flush();
        File.Move(file, pack.path + ContentSuffix);
        pack.written = length;
        return pack;
    }

    /// <summary>One that an earlier daemon left.</summary>
    /// <param name="index">Its index.</param>
    /// <param name="released">As of <see cref="Create"/>.</param>
    public static (ContextPack Pack, IReadOnlyList<PackEntry> Entries) Read(string index, Action<ContextPack> released)
    {
        var pack = new ContextPack(index[..^IndexSuffix.Length], released);
        var content = new FileInfo(pack.path + ContentSuffix);
        pack.written = content.Exists ? content.Length : 0;
        var bytes = File.ReadAllBytes(index);
        pack.indexWritten = bytes.Length;
        var entries = new List<PackEntry>();
        for (var at = 0; at + EntrySize <= bytes.Length; at += EntrySize)
        {
            var entry = new PackEntry(
                bytes[at..(at + HashSize)], BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at + HashSize)), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at + HashSize + sizeof(long))));
            if (entry is { Offset: >= 0, Length: >= 0 } && entry.Offset <= pack.written - entry.Length)
            {
                entries.Add(entry);
            }
        }

        return (pack, entries);
    }

    /// <returns>Where it begins.</returns>
    public long Append(byte[] hash, ReadOnlySpan<byte> content)
    {
        var offset = Length;
        AddEntry(hash, offset, content.Length);
        pending.Write(content);
        if (pending.Length >= BufferSize)
        {
            Flush();
        }

        return offset;
    }

    /// <summary>Writes what was kept back, so that others see it.</summary>
    public void Flush()
    {
        if (pending.Length > 0)
        {
            Handle().WriteAt(pending.GetBuffer().AsSpan(0, (int)pending.Length), written);
            written += pending.Length;
            pending.SetLength(0);
        }

        if (pendingIndex.Length > 0)
        {
            using var index = File.OpenHandle(path + IndexSuffix, FileMode.OpenOrCreate, FileAccess.Write);
            index.WriteAt(pendingIndex.GetBuffer().AsSpan(0, (int)pendingIndex.Length), indexWritten);
            indexWritten += pendingIndex.Length;
            pendingIndex.SetLength(0);
        }
    }

    public SourceFile Open(long offset, long length)
    {
        Flush();
        var opened = Handle();
        readers++;
        return new(opened, offset, length, release);
    }

    /// <summary>One who opened it has closed it.</summary>
    public void EndReading()
    {
        readers--;
        Close();
    }

    /// <summary>Removes it. Those who read go on.</summary>
    public void Drop()
    {
        dropped = true;
        // The content first: an index alone says nothing.
        File.Delete(path + ContentSuffix);
        File.Delete(path + IndexSuffix);
        Close();
    }

    public void Dispose()
    {
        handle?.Dispose();
        pending.Dispose();
        pendingIndex.Dispose();
    }

    private void Close()
    {
        if (dropped && readers == 0)
        {
            handle?.Dispose();
        }
    }

    private SafeFileHandle Handle() => handle ??= File.OpenHandle(path + ContentSuffix, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    private void AddEntry(byte[] hash, long offset, long length)
    {
        Span<byte> entry = stackalloc byte[EntrySize];
        hash.CopyTo(entry);
        BinaryPrimitives.WriteInt64LittleEndian(entry[HashSize..], offset);
        BinaryPrimitives.WriteInt64LittleEndian(entry[(HashSize + sizeof(long))..], length);
        pendingIndex.Write(entry);
    }
}

/// <summary>Where the content of a hash is in its pack.</summary>
internal sealed record PackEntry(byte[] Hash, long Offset, long Length);
