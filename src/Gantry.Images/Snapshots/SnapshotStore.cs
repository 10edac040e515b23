using Gantry.Images.Layers;
using Gantry.Images.Records;
using Gantry.Linux.Files;
using Gantry.Spec;

namespace Gantry.Images.Snapshots;

/// <summary>The writable directories of containers, <c>containers/&lt;id&gt;/{upper,work}</c>, and the layers they stand on, which stay while they do.</summary>
public sealed class SnapshotStore
{
    private readonly string containers;
    private readonly Database database;
    private readonly LayerStore layers;
    private readonly ProjectQuotas quotas;

    internal SnapshotStore(string dataRoot, Database database, LayerStore layers, ProjectQuotas quotas)
    {
        containers = Path.Combine(dataRoot, "containers");
        this.database = database;
        this.layers = layers;
        this.quotas = quotas;
        Directory.CreateDirectory(containers, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        database.Migrate("snapshots", [
            "CREATE TABLE snapshots(container TEXT PRIMARY KEY, chain_ids TEXT NOT NULL) STRICT",
            "ALTER TABLE snapshots ADD COLUMN image TEXT",
        ]);
    }

    /// <summary>Makes the directories of a container of this image, whose layers the caller holds. The record comes first: layers with a record stay.</summary>
    /// <exception cref="NotFoundException">The image was removed meanwhile.</exception>
    internal Snapshot Prepare(string containerId, Image image, long? size)
    {
        var snapshot = Describe(containerId, image.ChainIds);
        database.Write(r =>
        {
            if (r.Execute("INSERT INTO snapshots SELECT $1,$2,id FROM images WHERE id=$3", containerId, string.Join(' ', image.ChainIds), image.Id.ToString()) == 0)
            {
                throw new NotFoundException($"No such image: {image.Id}");
            }

            ImageUses.Touch(r, image.Id);
        });
        try
        {
            Directory.CreateDirectory(snapshot.WorkDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Directory.CreateDirectory(snapshot.UpperDirectory);
            // The root of an overlay looks as its upper directory does: it has to look as the image's root.
            using var upper = RootedDirectory.Open(snapshot.UpperDirectory);
            using var top = RootedDirectory.Open(snapshot.LowerDirectories[0]);
            var status = top.Descriptor.Stat();
            upper.Descriptor.Chown(status.Uid, status.Gid);
            upper.Descriptor.Chmod((uint)status.Permissions);
            if (size is { } limit)
            {
                quotas.Limit(Path.Combine(containers, containerId), limit, "upper", "work");
            }

            return snapshot;
        }
        catch
        {
            Remove(containerId);
            throw;
        }
    }

    /// <exception cref="NotFoundException">The container has none.</exception>
    public Snapshot Get(string containerId) =>
        Find(containerId) ?? throw new NotFoundException($"no snapshot of container {containerId}");

    /// <summary>As <see cref="Get"/>; null when the container has none.</summary>
    public Snapshot? Find(string containerId) => List(containerId).SingleOrDefault();

    public IReadOnlyList<Snapshot> List() => List(null);

    /// <summary>The directories that an image's files are in, the topmost first.</summary>
    public IReadOnlyList<string> LowersOf(Image image) => Lowers(image.ChainIds);

    /// <summary>Removes what the container wrote. Nothing there is no failure.</summary>
    public void Remove(string containerId)
    {
        var own = Path.Combine(containers, containerId);
        if (Directory.Exists(own))
        {
            using var directory = RootedDirectory.Open(own);
            ProjectQuotas.Lift(directory, "upper");
            directory.RemoveTree("upper");
            directory.RemoveTree("work");
        }

        database.Write(r =>
        {
            foreach (var image in r.Query("SELECT image FROM snapshots WHERE container=$1 AND image IS NOT NULL", row => Digest.Parse(row.GetString(0)), containerId))
            {
                ImageUses.Touch(r, image);
            }

            r.Execute("DELETE FROM snapshots WHERE container=$1", containerId);
        });
    }

    private List<Snapshot> List(string? containerId) => database
        .Read(r => r.Query("SELECT container, chain_ids FROM snapshots WHERE $1 IS NULL OR container=$1", x => (x.GetString(0), x.GetString(1)), containerId))
        .Select(row => Describe(row.Item1, [.. row.Item2.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Digest.Parse)]))
        .ToList();

    private Snapshot Describe(string containerId, IReadOnlyList<Digest> chainIds)
    {
        var own = Path.Combine(containers, containerId);
        return new Snapshot
        {
            ContainerId = containerId,
            ChainIds = chainIds,
            LowerDirectories = Lowers(chainIds),
            UpperDirectory = Path.Combine(own, "upper"),
            WorkDirectory = Path.Combine(own, "work"),
        };
    }

    /// <summary>Down to the first layer that hides all beneath it: overlayfs does not know an opaque root.</summary>
    private List<string> Lowers(IReadOnlyList<Digest> chainIds)
    {
        var lowers = new List<string>();
        for (var i = chainIds.Count - 1; i >= 0; i--)
        {
            lowers.Add(layers.PathOf(chainIds[i]));
            if (layers.HidesAll(chainIds[i]))
            {
                break;
            }
        }

        return lowers.Count > 0 ? lowers : [layers.EmptyPath];
    }
}
