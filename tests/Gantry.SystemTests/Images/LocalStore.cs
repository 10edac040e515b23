using Gantry.Images;
using Gantry.Images.Layers.Tar;
using Gantry.Images.Records;
using Gantry.Images.Registry;
using Gantry.Spec;

namespace Gantry.SystemTests.Images;

/// <summary>An image store of its own in the test's process, beneath a directory that holds something else worth guarding.</summary>
internal sealed class LocalStore : IDisposable
{
    private static int s_count;
    private readonly Database _database;

    public LocalStore(TarLimits? limits = null, RegistryOptions? registry = null, int downloads = 3)
    {
        Home = Path.Combine(Path.GetTempPath(), $"gantry-store-{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}");
        Directory.CreateDirectory(DataRoot);
        Directory.CreateDirectory(Outside);
        File.WriteAllText(Path.Combine(Outside, "guarded"), "untouched");
        _database = Database.Open(Path.Combine(DataRoot, "gantry.db"));
        Images = new ImageStore(new ImageStoreOptions { DataRoot = DataRoot, Limits = limits ?? TarLimits.Default, Registry = registry ?? new(), MaxConcurrentDownloads = downloads }, _database);
    }

    public string Home { get; }

    public string DataRoot => Path.Combine(Home, "data");

    /// <summary>A neighbour of the data root that no archive may reach.</summary>
    public string Outside => Path.Combine(Home, "outside");

    public ImageStore Images { get; }

    public Task<Image> ImportAsync(byte[] layer) => ImportAsync(new MemoryStream(layer));

    public Task<Image> ImportAsync(Stream layer) => Images.ImportAsync(layer, ImageReference.Parse("imported"), null, null, [], TestContext.Current.CancellationToken);

    public string LayerOf(Image image) => Images.Layers.PathOf(image.ChainIds[^1]);

    /// <summary>A file of the image's topmost layer.</summary>
    public string Read(Image image, string path) => File.ReadAllText(LayerOf(image) + path);

    /// <summary>What an operation that failed may not leave: files under ingest/, and layers without a record.</summary>
    public string[] Leftovers()
    {
        var known = Images.Layers.List().Select(l => l.ChainId.Hex).Append(".empty").ToHashSet(StringComparer.Ordinal);
        return [
            .. Directory.GetFileSystemEntries(Path.Combine(DataRoot, "content", "ingest")),
            .. Directory.GetFileSystemEntries(Path.Combine(DataRoot, "layers")).Where(l => !known.Contains(Path.GetFileName(l))),
        ];
    }

    /// <summary>Nothing outside the data root was written, and nothing of a failure is left in it.</summary>
    public void CheckClean()
    {
        Assert.Equal(["guarded"], Directory.GetFileSystemEntries(Outside).Select(Path.GetFileName));
        Assert.Equal("untouched", File.ReadAllText(Path.Combine(Outside, "guarded")));
        Assert.Equal(["data", "outside"], Directory.GetFileSystemEntries(Home).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Empty(Leftovers());
    }

    public void Dispose()
    {
        Images.Dispose();
        _database.Dispose();
        Directory.Delete(Home, recursive: true);
    }
}
