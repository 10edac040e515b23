using Gantry.Spec;

namespace Gantry.Images.Content;

/// <summary>A blob that is written and hashed but has no name yet; removed when it is disposed unpublished.</summary>
public sealed class StagedBlob : IDisposable
{
    private readonly string path;
    private readonly ContentStore store;

    internal StagedBlob(string path, ContentStore store, Digest digest, long size)
    {
        this.path = path;
        this.store = store;
        Digest = digest;
        Size = size;
    }

    public Digest Digest { get; }

    public long Size { get; }

    /// <summary>Reads it, published or not.</summary>
    public FileStream OpenRead()
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.SequentialScan);
        }
        catch (FileNotFoundException)
        {
            return store.OpenRead(Digest);
        }
    }

    /// <summary>Writes the blob through to the disk and gives it its name. It may be read meanwhile.</summary>
    public void Publish()
    {
        if (store.Contains(Digest))
        {
            return;
        }

        using (var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Write))
        {
            RandomAccess.FlushToDisk(handle);
        }

        ContentStore.Publish(path, store.PathOf(Digest));
    }

    public void Dispose() => File.Delete(path);
}
