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
    public void Write(int index, ReadOnlySpan<byte> piece) => Of(index).Write(piece);

    /// <summary>A file has come as a whole.</summary>
    public void End(int index)
    {
        using var file = Of(index);
        open.Remove(index);
        received.Add(new(changes.Files[index].Entry, file.Place(received)));
    }

    /// <summary>The context, with the files that came.</summary>
    public ContextTree Complete()
    {
        ContextTree? tree = null;
        store.Complete(changes, received.ByPath, whole => tree = whole);
        return tree!;
    }

    public void Dispose()
    {
        foreach (var file in open.Values)
        {
            file.Dispose();
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

    /// <summary>In memory as long as it is small.</summary>
    private sealed class OpenFile(string path) : IDisposable
    {
        private const int MostInMemory = 1 << 20;
        private readonly MemoryStream small = new();
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private SafeFileHandle? handle;
        private long length;

        public void Write(ReadOnlySpan<byte> piece)
        {
            hash.AppendData(piece);
            if (handle is null && length + piece.Length <= MostInMemory)
            {
                small.Write(piece);
                length += piece.Length;
                return;
            }

            if (handle is null)
            {
                handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
                RandomAccess.Write(handle, small.GetBuffer().AsSpan(0, (int)length), 0);
            }

            RandomAccess.Write(handle, piece, length);
            length += piece.Length;
        }

        public byte[] Place(ContextStore.ReceivedFiles received)
        {
            var digest = hash.GetHashAndReset();
            if (handle is null)
            {
                received.Place(digest, small.GetBuffer().AsSpan(0, (int)length));
            }
            else
            {
                handle.Dispose();
                received.Place(digest, path, length);
            }

            return digest;
        }

        public void Dispose()
        {
            if (handle is not null)
            {
                handle.Dispose();
                File.Delete(path);
            }

            small.Dispose();
            hash.Dispose();
        }
    }
}
