using System.Buffers;
using System.Security.Cryptography;
using Gantry.Images.Layers;
using Gantry.Images.Layers.Tar;
using Gantry.Linux.Files;
using Gantry.Spec;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Build.Sources;

/// <summary>
/// The files of the contexts that clients send, <c>build/contexts</c>: each content once, by its hash, and for a client's
/// directory the list of what was in it last time, so that only what changed comes again.
/// </summary>
public sealed partial class ContextStore : IDisposable
{
    private const int SmallFile = 1 << 20;
    internal const long MostFiles = 2_000_000;
    private readonly string files;
    private readonly string lists;
    private readonly ContextContents contents;
    private readonly Lock gate = new();

    public ContextStore(string buildRoot)
    {
        var root = Path.Combine(buildRoot, "contexts");
        (files, lists) = (Path.Combine(root, "files"), Path.Combine(root, "lists"));
        contents = Recover(Path.Combine(root, "boot"));
    }

    public void Dispose() => contents.Dispose();

    /// <summary>Takes a context from a tar stream, plain or compressed. What belonged to whom at the client does not matter here.</summary>
    public ContextTree Receive(Stream archive, CancellationToken cancellationToken)
    {
        using var received = new ReceivedFiles(this);
        Receive(archive, received, cancellationToken);
        return new(contents, received.ByPath.Values);
    }

    private void Receive(Stream archive, ReceivedFiles received, CancellationToken cancellationToken)
    {
        using var content = LayerCompression.Open(archive);
        var reader = new TarReader(content);
        long count = 0;
        while (reader.Next() is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (++count > MostFiles)
            {
                throw new InvalidArgumentException($"the context has more than {MostFiles} files: leave out what is not needed with .dockerignore");
            }

            var path = Clean(entry.Name);
            if (path.Length == 0)
            {
                continue;
            }

            switch (entry.Type)
            {
                case TarEntryType.Regular:
                    received.Add(new(Entry(path, FileKind.Regular, entry) with { Size = entry.Size }, Store(reader, entry, received, cancellationToken)));
                    break;
                case TarEntryType.Directory:
                    received.Add(new(Entry(path, FileKind.Directory, entry), null));
                    break;
                case TarEntryType.SymbolicLink:
                    received.Add(new(Entry(path, FileKind.SymbolicLink, entry) with { Link = System.Text.Encoding.UTF8.GetString(entry.LinkName) }, null));
                    break;
                case TarEntryType.HardLink:
                    var target = received.ByPath.GetValueOrDefault(Clean(entry.LinkName)) ?? throw new InvalidArgumentException($"invalid link {entry.DisplayName} in the context: what it links to did not come before it");
                    received.Add(target with { Entry = target.Entry with { Path = path } });
                    break;
                default:
                    // Devices and pipes of the client's machine mean nothing here.
                    break;
            }
        }

        reader.Drain();
    }

    private static SourceEntry Entry(string path, FileKind kind, TarEntry entry) => new()
    {
        Path = path,
        Kind = kind,
        Permissions = entry.Permissions,
        ModifiedNanoseconds = entry.ModifiedNanoseconds,
    };

    private byte[] Store(TarReader reader, TarEntry entry, ReceivedFiles received, CancellationToken cancellationToken)
    {
        if (entry.Sparse is null && entry.Size <= SmallFile)
        {
            return StoreSmall(reader, (int)entry.Size, received, cancellationToken);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var temporary = NewFile();
        try
        {
            using (var file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                foreach (var extent in entry.Sparse ?? [new SparseExtent(0, entry.Size)])
                {
                    WriteExtent(reader, extent, file, hash, received, cancellationToken);
                }

                if (entry.Sparse is not null)
                {
                    RandomAccess.SetLength(file, entry.Size);
                }
            }

            var digest = entry.Sparse is null ? hash.GetHashAndReset() : HashOf(temporary);
            received.Place(digest, temporary, entry.Size);
            return digest;
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static byte[] StoreSmall(TarReader reader, int size, ReceivedFiles received, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(size, 1));
        try
        {
            for (var filled = 0; filled < size;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var piece = reader.ReadContent(size - filled);
                if (piece.IsEmpty)
                {
                    throw new InvalidArgumentException("the context is truncated");
                }

                piece.CopyTo(buffer.AsSpan(filled));
                filled += piece.Length;
            }

            var hash = SHA256.HashData(buffer.AsSpan(0, size));
            received.Place(hash, buffer.AsSpan(0, size));
            received.Took(size);
            return hash;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return SHA256.HashData(file);
    }

    private static void WriteExtent(TarReader reader, SparseExtent extent, SafeFileHandle file, IncrementalHash hash, ReceivedFiles received, CancellationToken cancellationToken)
    {
        var (offset, left) = (extent.Offset, extent.Length);
        while (left > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var piece = reader.ReadContent((int)Math.Min(left, SmallFile));
            if (piece.IsEmpty)
            {
                throw new InvalidArgumentException("the context is truncated");
            }

            hash.AppendData(piece);
            RandomAccess.Write(file, piece, offset);
            received.Took(piece.Length);
            offset += piece.Length;
            left -= piece.Length;
        }
    }

    internal string NewFile() => Path.Combine(files, ".new-" + Path.GetRandomFileName());

    /// <summary>The path without empty, <c>.</c> and <c>..</c> parts: above the context there is nothing but itself, as with Docker.</summary>
    private static string Clean(ReadOnlySpan<byte> name)
    {
        var path = SourceTree.Clean(System.Text.Encoding.UTF8.GetString(name));
        if (!SourceTree.LeadsUp(path))
        {
            return path;
        }

        var parts = new List<string>();
        foreach (var part in SourceTree.Parts(path))
        {
            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
        }

        return string.Join('/', parts);
    }

    /// <summary>What came of a context so far: it is held until somebody else does.</summary>
    /// <param name="store">Gets the content.</param>
    /// <param name="took">Told of bytes as they come.</param>
    internal sealed class ReceivedFiles(ContextStore store, Action<long>? took = null) : IDisposable
    {
        private readonly List<byte[]> placed = [];

        public Dictionary<string, ContextFile> ByPath { get; } = new(StringComparer.Ordinal);

        public void Took(long bytes) => took?.Invoke(bytes);

        public void Add(ContextFile file) => ByPath[file.Entry.Path] = file;

        public void Place(byte[] hash, string temporary, long length)
        {
            store.contents.Add(hash, temporary, length);
            placed.Add(hash);
        }

        public void Place(byte[] hash, ReadOnlySpan<byte> content)
        {
            store.contents.Add(hash, content);
            placed.Add(hash);
        }

        public void Dispose() => store.contents.Release(placed);
    }
}
