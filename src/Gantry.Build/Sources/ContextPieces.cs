using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Build.Sources;

/// <summary>Takes the files that were missing of a context as their bytes come: pieces of several files at once, each file's in order.</summary>
public sealed class ContextPieces : IDisposable
{
    private readonly ContextStore store;
    private readonly ContextChanges changes;
    private readonly ContextStore.ReceivedFiles received;
    private readonly Dictionary<int, OpenFile> open = [];

    internal ContextPieces(ContextStore store, ContextChanges changes) =>
        (this.store, this.changes, received) = (store, changes, new(store));

    /// <summary>Adds to a file.</summary>
    /// <param name="index">Of <see cref="ContextChanges.Missing"/>.</param>
    public void Write(int index, ReadOnlySpan<byte> piece)
    {
        var file = Of(index);
        RandomAccess.Write(file.Handle, piece, file.Length);
        file.Hash.AppendData(piece);
        file.Length += piece.Length;
    }

    /// <summary>A file has come as a whole.</summary>
    public void End(int index)
    {
        var entry = changes.Files[index].Entry;
        using var file = Of(index);
        open.Remove(index);
        file.Handle.Dispose();
        var hash = file.Hash.GetHashAndReset();
        received.Place(hash, file.Path);
        received.Add(new(entry with { Size = file.Length }, hash));
    }

    /// <summary>The context, with the files that came.</summary>
    public ContextTree Complete() => store.Complete(changes, received.ByPath);

    public void Dispose()
    {
        foreach (var file in open.Values)
        {
            file.Dispose();
            File.Delete(file.Path);
        }

        open.Clear();
        received.Dispose();
    }

    private OpenFile Of(int index)
    {
        if (!open.TryGetValue(index, out var file))
        {
            open[index] = file = new(store.NewFile());
        }

        return file;
    }

    private sealed class OpenFile(string path) : IDisposable
    {
        public string Path { get; } = path;

        public SafeFileHandle Handle { get; } = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);

        public IncrementalHash Hash { get; } = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public long Length { get; set; }

        public void Dispose()
        {
            Handle.Dispose();
            Hash.Dispose();
        }
    }
}
