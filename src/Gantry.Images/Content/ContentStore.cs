using Gantry.Linux.Files;
using Gantry.Spec;

namespace Gantry.Images.Content;

/// <summary>
/// Blobs by digest, <c>blobs/&lt;algorithm&gt;/&lt;hex&gt;</c> as in an OCI layout. A blob is there whole and verified, or not
/// there: it is written under <c>ingest/</c>, hashed on the way, synced and then renamed. All methods may be called at
/// once from any thread; writers of the same digest must hold <see cref="LockAsync"/>.
/// </summary>
public sealed class ContentStore
{
    /// <summary>A partial blob that nobody continued for so long is removed at start.</summary>
    private static readonly TimeSpan PartialLifetime = TimeSpan.FromDays(1);
    private readonly string blobs;
    private readonly string ingest;
    private readonly KeyedLocks<Digest> locks = new();

    public ContentStore(string root, TimeProvider? time = null)
    {
        blobs = Path.Combine(root, "blobs");
        ingest = Path.Combine(root, "ingest");
        Directory.CreateDirectory(Path.Combine(blobs, "sha256"));
        Directory.CreateDirectory(ingest);
        var oldest = (time ?? TimeProvider.System).GetUtcNow().UtcDateTime - PartialLifetime;
        foreach (var file in new DirectoryInfo(ingest).EnumerateFiles())
        {
            if (!file.Name.EndsWith(BlobWriter.PartialSuffix, StringComparison.Ordinal) || file.LastWriteTimeUtc < oldest)
            {
                file.Delete();
            }
        }
    }

    public string PathOf(Digest digest) => Path.Combine(blobs, digest.Algorithm, digest.Hex);

    public bool Contains(Digest digest) => File.Exists(PathOf(digest));

    /// <summary>Bytes, or null when the blob is not there.</summary>
    public long? SizeOf(Digest digest) => new FileInfo(PathOf(digest)) is { Exists: true } file ? file.Length : null;

    public FileStream OpenRead(Digest digest)
    {
        try
        {
            return new FileStream(PathOf(digest), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new NotFoundException($"content {digest} not found", e);
        }
    }

    /// <summary>The whole of a small blob (manifest, config).</summary>
    public byte[] Read(Digest digest)
    {
        using var file = OpenRead(digest);
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }

    /// <summary>As <see cref="Read"/>; null when the blob is not there.</summary>
    public byte[]? TryRead(Digest digest)
    {
        try
        {
            return Contains(digest) ? Read(digest) : null;
        }
        catch (NotFoundException)
        {
            // It went meanwhile.
            return null;
        }
    }

    /// <summary>Makes the caller the only writer of a digest. Whoever comes second waits, then finds the blob, or goes on where the first stopped.</summary>
    public ValueTask<IDisposable> LockAsync(Digest digest, CancellationToken cancellationToken) => locks.AcquireAsync(digest, cancellationToken);

    /// <summary>Begins or continues a blob whose digest and size are known. Disposing without <see cref="BlobWriter.Commit"/> keeps what was written.</summary>
    public BlobWriter BeginWrite(Digest digest, long size)
    {
        Directory.CreateDirectory(Path.Combine(blobs, digest.Algorithm));
        return new BlobWriter(PartialOf(digest), PathOf(digest), digest, size);
    }

    /// <summary>Stores a document by the digest the caller has verified; nothing happens if it is there.</summary>
    public void Put(Digest digest, ReadOnlySpan<byte> document)
    {
        if (Contains(digest))
        {
            return;
        }

        Directory.CreateDirectory(Path.Combine(blobs, digest.Algorithm));
        var temporary = Path.Combine(ingest, Path.GetRandomFileName());
        try
        {
            using (var handle = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                RandomAccess.Write(handle, document, 0);
                RandomAccess.FlushToDisk(handle);
            }

            Publish(temporary, PathOf(digest));
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Stores a stream of unknown digest beside its place; nobody sees it before <see cref="StagedBlob.Publish"/>.</summary>
    public StagedBlob Ingest(Stream content, CancellationToken cancellationToken) => Ingest(target =>
    {
        using var rented = new RentedBuffer(256 * 1024);
        int read;
        while ((read = content.Read(rented.Span)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            target.Write(rented.Span[..read]);
        }
    });

    /// <summary>As above, for content that is made by writing it.</summary>
    internal StagedBlob Ingest(Action<Stream> write)
    {
        var temporary = Path.Combine(ingest, Path.GetRandomFileName());
        try
        {
            using var target = new HashingFile(temporary);
            write(target);
            return new StagedBlob(temporary, this, target.Finish(), target.Position);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Nothing there is no failure. Readers that have it open read on.</summary>
    public void Delete(Digest digest) => File.Delete(PathOf(digest));

    /// <summary>Bytes that each blob occupies on the disk.</summary>
    public IReadOnlyDictionary<Digest, long> DiskSpaces() => List().ToDictionary(digest => digest, digest => DiskSpace.Of(PathOf(digest)));

    /// <summary>Bytes that what is on its way in occupies on the disk.</summary>
    public long IngestSpace() => Directory.EnumerateFiles(ingest).Sum(path => DiskSpace.Of(path));

    /// <summary>Blobs of which an earlier try left a part, to be continued, or of which a part is coming now.</summary>
    internal IReadOnlyList<Digest> Partials() =>
    [
        .. Directory.EnumerateFiles(ingest, "*" + BlobWriter.PartialSuffix)
            .Select(path => Digest.TryParse(Path.GetFileName(path)[..^BlobWriter.PartialSuffix.Length].Replace('-', ':'), out var digest) ? digest : (Digest?)null)
            .OfType<Digest>(),
    ];

    /// <summary>Forgets the part of a blob; the caller knows that nobody writes it.</summary>
    /// <returns>Bytes of disk it occupied.</returns>
    internal long DeletePartial(Digest digest)
    {
        var space = DiskSpace.Of(PartialOf(digest));
        File.Delete(PartialOf(digest));
        return space;
    }

    public IEnumerable<Digest> List()
    {
        foreach (var algorithm in Directory.EnumerateDirectories(blobs))
        {
            foreach (var file in Directory.EnumerateFiles(algorithm))
            {
                if (Digest.TryParse(Path.GetFileName(algorithm) + ":" + Path.GetFileName(file), out var digest))
                {
                    yield return digest;
                }
            }
        }
    }

    private string PartialOf(Digest digest) => Path.Combine(ingest, digest.Algorithm + "-" + digest.Hex + BlobWriter.PartialSuffix);

    /// <summary>Renames a synced file to its name and syncs the directory, so that the name survives a power cut too (fsync(2), notes).</summary>
    internal static void Publish(string temporary, string path)
    {
        File.Move(temporary, path, overwrite: true);
        using var directory = RootedDirectory.Open(Path.GetDirectoryName(path)!);
        directory.Descriptor.Sync();
    }
}
