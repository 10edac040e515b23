using System.Collections.Concurrent;
using Gantry.Images.Content;
using Gantry.Images.Layers.Tar;
using Gantry.Images.Records;
using Gantry.Linux.Files;
using Gantry.Spec;
using Microsoft.Data.Sqlite;

namespace Gantry.Images.Layers;

/// <summary>
/// Extracted layers, <c>layers/&lt;chain hex&gt;</c>, each once whoever uses it. A layer is extracted beside its place,
/// renamed, and only then recorded: a directory without a record is rubbish and goes at the next start.
/// </summary>
public sealed class LayerStore
{
    private const string TemporaryPrefix = ".new-";
    private const string EmptyName = ".empty";
    private static readonly string Boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
    private readonly string root;
    private readonly Database database;
    private readonly TarLimits limits;
    private readonly KeyedLocks<Digest> locks = new();
    private readonly ConcurrentDictionary<Digest, bool> hiding = new();
    private readonly HashSet<Digest> lost = [];

    public LayerStore(string root, Database database, TarLimits? limits = null)
    {
        this.root = root;
        this.database = database;
        this.limits = limits ?? TarLimits.Default;
        Directory.CreateDirectory(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        InodeFlags.SpreadDirectories(root);
        Directory.CreateDirectory(Path.Combine(root, EmptyName));
        database.Migrate("layers", [
            "CREATE TABLE layers(chain_id TEXT PRIMARY KEY, diff_id TEXT NOT NULL, parent TEXT, size INTEGER NOT NULL, hides_all INTEGER NOT NULL, boot TEXT) STRICT",
            "ALTER TABLE layers ADD COLUMN disk_space INTEGER",
        ]);
        Recover();
    }

    /// <summary>An empty directory, for an image without layers.</summary>
    public string EmptyPath => Path.Combine(root, EmptyName);

    public string PathOf(Digest chainId) => Path.Combine(root, chainId.Hex);

    public LayerRecord? Find(Digest chainId) => database.Read(r => r.Query("SELECT * FROM layers WHERE chain_id=$1 AND (boot IS NULL OR boot=$2)", Map, chainId.ToString(), Boot).SingleOrDefault());

    /// <summary>True where nothing beneath the layer shows; asked at every start of a container, so it is kept in memory.</summary>
    public bool HidesAll(Digest chainId) => hiding.ContainsKey(chainId);

    public IReadOnlyList<LayerRecord> List() => database.Read(r => r.Query("SELECT * FROM layers WHERE boot IS NULL OR boot=$1", Map, Boot));

    /// <summary>Layers that were not written through to the disk when the machine stopped. They are recorded until they are stored again or forgotten.</summary>
    internal IReadOnlySet<Digest> Lost => lost;

    /// <summary>Makes the caller the only one who extracts this layer; whoever comes second waits and then finds it.</summary>
    public ValueTask<IDisposable> LockAsync(Digest chainId, CancellationToken cancellationToken) => locks.AcquireAsync(chainId, cancellationToken);

    /// <summary>Extracts a layer beside its place. Blocks; owns <paramref name="content"/> (compressed or not).</summary>
    /// <param name="diffId">Null where nobody knows it yet.</param>
    /// <param name="progress">Told the uncompressed bytes done so far, now and then.</param>
    internal StagedLayer Extract(Stream content, Digest? diffId, Action<long>? progress, CancellationToken cancellationToken)
    {
        var path = Path.Combine(root, TreePlace.Make(root, () => TemporaryPrefix + Path.GetRandomFileName()));
        using var span = Tracing.Begin("layer.extract");
        try
        {
            using var pipeline = new LayerPipeline(content, limits, cancellationToken) { Progress = progress };
            using var directory = RootedDirectory.Open(path);
            directory.Descriptor.Chmod(0x1ED);
            using var extractor = new LayerExtractor(directory, limits);
            extractor.Extract(new TarReader(pipeline, limits), cancellationToken);
            span?.SetTag("layer.diffId", pipeline.DiffId.ToString());
            return diffId is null || pipeline.DiffId == diffId
                ? new StagedLayer(path, pipeline.DiffId, extractor.Size, extractor.HidesAll, extractor.Implied)
                : throw new InvalidArgumentException($"layer is not what its image says: content has diff id {pipeline.DiffId}, want {diffId}");
        }
        catch (Exception e)
        {
            _ = Tracing.Fail(span, e.Message);
            TreePlace.Remove(path);
            throw;
        }
    }

    /// <summary>Reads a layer that is extracted already, to be sure that its content is what its image says.</summary>
    internal void Verify(Stream content, Digest diffId, CancellationToken cancellationToken)
    {
        using var pipeline = new LayerPipeline(content, limits, cancellationToken);
        new TarReader(pipeline, limits).Drain();
        if (pipeline.DiffId != diffId)
        {
            throw new InvalidArgumentException($"layer is not what its image says: content has diff id {pipeline.DiffId}, want {diffId}");
        }
    }

    /// <summary>Gives a staged layer its place. Its parents must be there; the caller holds the lock.</summary>
    internal LayerRecord Commit(StagedLayer staged, Digest chainId, IReadOnlyList<Digest> parents)
    {
        staged.CopyImplied([.. parents.Reverse().Select(PathOf)]);
        TreePlace.Remove(PathOf(chainId));
        Directory.Move(staged.Path, PathOf(chainId));
        staged.Committed();
        var record = new LayerRecord(chainId, staged.DiffId, parents.Count == 0 ? null : parents[^1], staged.Size, staged.HidesAll, staged.Space ?? DiskSpace.Of(PathOf(chainId)));
        database.Write(r => r.Execute("INSERT OR REPLACE INTO layers VALUES($1,$2,$3,$4,$5,$6,$7)",
            chainId.ToString(), record.DiffId.ToString(), record.Parent?.ToString(), record.Size, record.HidesAll ? 1 : 0, Boot, record.DiskSpace));
        Remember(record);
        lost.Remove(chainId);
        return record;
    }

    /// <summary>Bytes that each layer occupies on the disk: recorded when it was stored, or now for what an older version stored.</summary>
    public IReadOnlyDictionary<Digest, long> DiskSpaces() => List().ToDictionary(layer => layer.ChainId, layer => layer.DiskSpace ?? Measure(layer.ChainId));

    /// <summary>For <see cref="WriteThrough"/>: until it is written, a layer counts only as long as the machine runs.</summary>
    internal Action? BeginWrite()
    {
        var written = database.Read(r => r.Query("SELECT chain_id FROM layers WHERE boot=$1", x => x.GetString(0), Boot));
        return written.Count == 0 ? null : () => database.Write(r =>
        {
            foreach (var chainId in written)
            {
                r.Execute("UPDATE layers SET boot=NULL WHERE chain_id=$1", chainId);
            }
        });
    }

    /// <summary>Gives up a layer that is lost.</summary>
    internal void Forget(Digest chainId)
    {
        database.Write(r => r.Execute("DELETE FROM layers WHERE chain_id=$1", chainId.ToString()));
        lost.Remove(chainId);
    }

    /// <summary>Takes a layer out of the store. What is left of it is at the path returned, for <see cref="TreePlace.Remove"/>; a start removes it too.</summary>
    /// <returns>Null where there was nothing.</returns>
    internal string? Detach(Digest chainId)
    {
        database.Write(r => r.Execute("DELETE FROM layers WHERE chain_id=$1", chainId.ToString()));
        if (!Directory.Exists(PathOf(chainId)))
        {
            return null;
        }

        var doomed = Path.Combine(root, TemporaryPrefix + Path.GetRandomFileName());
        Directory.Move(PathOf(chainId), doomed);
        return doomed;
    }

    private static LayerRecord Map(SqliteDataReader row) => new(
        Digest.Parse(row.GetString(0)), Digest.Parse(row.GetString(1)), row.IsDBNull(2) ? null : Digest.Parse(row.GetString(2)), row.GetInt64(3), row.GetInt64(4) != 0, row.IsDBNull(6) ? null : row.GetInt64(6));

    private long Measure(Digest chainId)
    {
        var space = DiskSpace.Of(PathOf(chainId));
        database.Write(r => r.Execute("UPDATE layers SET disk_space=$2 WHERE chain_id=$1", chainId.ToString(), space));
        return space;
    }

    private void Remember(LayerRecord layer)
    {
        if (layer.HidesAll)
        {
            hiding[layer.ChainId] = true;
        }
    }

    private void Recover()
    {
        lost.UnionWith(database.Read(r => r.Query("SELECT chain_id FROM layers WHERE boot<>$1", x => Digest.Parse(x.GetString(0)), Boot)));
        var known = List().ToDictionary(l => l.ChainId.Hex);
        foreach (var directory in Directory.EnumerateDirectories(root))
        {
            var name = Path.GetFileName(directory);
            if (name != EmptyName && !known.Remove(name))
            {
                TreePlace.Remove(directory);
            }
        }

        database.Write(r =>
        {
            foreach (var missing in known.Values)
            {
                r.Execute("DELETE FROM layers WHERE chain_id=$1", missing.ChainId.ToString());
            }
        });
        foreach (var layer in List())
        {
            Remember(layer);
        }
    }
}
