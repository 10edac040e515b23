using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Images.Content;
using Gantry.Images.Layers;
using Gantry.Images.Layers.Tar;
using Gantry.Spec;

namespace Gantry.Images.Archives;

/// <summary>The files of an image archive, each written to the content store's side once, in the order in which they come.</summary>
internal sealed class ArchiveContent : IDisposable
{
    private const int DocumentLimit = 8 * 1024 * 1024;
    private readonly Dictionary<string, StagedBlob> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> links = new(StringComparer.Ordinal);
    private readonly Dictionary<Digest, StagedBlob> byDigest = [];

    public static ArchiveContent Read(Stream archive, ContentStore store, TarLimits limits, CancellationToken cancellationToken)
    {
        var content = new ArchiveContent();
        try
        {
            using var plain = LayerCompression.Open(archive);
            var reader = new TarReader(plain, limits);
            while (reader.Next() is { } entry)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var name = Clean(Encoding.UTF8.GetString(entry.Name));
                switch (entry.Type)
                {
                    case TarEntryType.Regular when entry.Sparse is null:
                        content.Add(name, store.Ingest(new EntryStream(reader), cancellationToken));
                        break;
                    case TarEntryType.SymbolicLink or TarEntryType.HardLink:
                        // Docker's older archives share a layer between images by a link.
                        var target = Encoding.UTF8.GetString(entry.LinkName);
                        content.links[name] = Clean(entry.Type == TarEntryType.HardLink ? target : Path.Combine(Path.GetDirectoryName(name) ?? "", target));
                        break;
                }
            }

            return content;
        }
        catch (Exception e)
        {
            content.Dispose();
            throw e switch
            {
                InvalidDataException or ZstdSharp.ZstdException => new InvalidArgumentException($"archive is damaged: {e.Message}", e),
                IOException { HResult: 28 } => new InternalException("cannot load the archive: no space left on device", e),
                _ => e,
            };
        }
    }

    public StagedBlob? Find(string path)
    {
        var name = Clean(path);
        for (var hops = 0; hops < 8; hops++)
        {
            if (files.TryGetValue(name, out var file))
            {
                return file;
            }

            if (!links.TryGetValue(name, out name!))
            {
                return null;
            }
        }

        return null;
    }

    public StagedBlob? Find(Digest digest) => byDigest.GetValueOrDefault(digest);

    public static byte[] ReadDocument(StagedBlob blob, string name)
    {
        if (blob.Size > DocumentLimit)
        {
            throw new InvalidArgumentException($"{name} in the archive is larger than {DocumentLimit} bytes");
        }

        using var stream = blob.OpenRead();
        var content = new byte[blob.Size];
        stream.ReadExactly(content);
        return content;
    }

    public static T Parse<T>(StagedBlob blob, string name, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(ReadDocument(blob, name), type) ?? throw new InvalidArgumentException($"{name} in the archive is empty");
        }
        catch (JsonException e)
        {
            throw new InvalidArgumentException($"{name} in the archive is not valid: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        foreach (var file in files.Values)
        {
            file.Dispose();
        }
    }

    private void Add(string name, StagedBlob blob)
    {
        if (files.Remove(name, out var before))
        {
            before.Dispose();
        }

        files[name] = blob;
        byDigest[blob.Digest] = blob;
    }

    /// <summary>Only a key of a dictionary, never a path on disk.</summary>
    private static string Clean(string name)
    {
        var parts = new List<string>();
        foreach (var part in name.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("." or ".."))
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    private sealed class EntryStream(TarReader reader) : ForwardStream
    {
        public override int Read(Span<byte> buffer)
        {
            var piece = reader.ReadContent(buffer.Length);
            piece.CopyTo(buffer);
            return piece.Length;
        }
    }
}
