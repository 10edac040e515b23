using Gantry.Images.Content;
using Gantry.Images.Layers;
using Gantry.Images.Records;
using Gantry.Images.Registry;
using Gantry.Images.Snapshots;

namespace Gantry.Images;

/// <summary>
/// The images of this machine. Every method may be called at once from any thread. An image is there whole (its
/// configuration, its manifest, every layer extracted) or not there; what failed or was killed halfway is finished by
/// the next try or removed by <see cref="CollectGarbage"/>.
/// </summary>
public sealed partial class ImageStore : IDisposable
{
    private readonly ImageRecords records;
    private volatile RegistryClient registry;
    private volatile SemaphoreSlim downloads;
    private volatile SemaphoreSlim uploads;
    private readonly SemaphoreSlim extractions;
    private readonly ContentLeases leases = new();
    private readonly Lock names = new();

    /// <param name="database">Stays the caller's.</param>
    public ImageStore(ImageStoreOptions options, Database database)
    {
        Content = new ContentStore(Path.Combine(options.DataRoot, "content"));
        Layers = new LayerStore(Path.Combine(options.DataRoot, "layers"), database, options.Limits);
        records = new ImageRecords(database, Content);
        Durability = new WriteThrough(options.DataRoot);
        Durability.Add(Layers.BeginWrite);
        Durability.Begin();
        Snapshots = new SnapshotStore(options.DataRoot, database, Layers, options.Quotas);
        registry = new RegistryClient(options.Registry);
        downloads = new SemaphoreSlim(options.MaxConcurrentDownloads);
        uploads = new SemaphoreSlim(options.MaxConcurrentUploads);
        extractions = new SemaphoreSlim(Math.Max(2, Environment.ProcessorCount));
    }

    public ContentStore Content { get; }

    public LayerStore Layers { get; }

    public SnapshotStore Snapshots { get; }

    /// <summary>Writes through to the disk what came.</summary>
    public WriteThrough Durability { get; }

    /// <summary>Asked before an image is removed.</summary>
    public IImageUsers? Users { get; set; }

    /// <summary>Called when an image came.</summary>
    public Action? Added { get; set; }

    /// <summary>From now on; what is under way goes on as it began.</summary>
    public void Reconfigure(ImageStoreOptions options)
    {
        registry = new RegistryClient(options.Registry);
        downloads = new SemaphoreSlim(options.MaxConcurrentDownloads);
        uploads = new SemaphoreSlim(options.MaxConcurrentUploads);
    }

    public void Dispose()
    {
        Durability.Dispose();
        registry.Dispose();
        downloads.Dispose();
        uploads.Dispose();
        extractions.Dispose();
    }
}
