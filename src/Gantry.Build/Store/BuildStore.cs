using System.Collections.Concurrent;
using Gantry.Images;
using Gantry.Images.Records;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Spec;

namespace Gantry.Build.Store;

/// <summary>
/// What builds leave for later ones, <c>build/</c> in the data root: the layers their steps wrote, which step each came
/// of, and the directories of cache mounts. A layer that becomes part of an image moves to the images' layers.
/// </summary>
public sealed partial class BuildStore : IContentHolder, IDisposable
{
    internal const string DiffName = "diff";
    private static readonly string Boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
    private readonly Database database;
    private readonly ImageStore images;
    private readonly TimeProvider time;
    private readonly string layers;
    // A layer moves while nobody looks for its path.
    private readonly ReaderWriterLockSlim moving = new();
    private readonly ConcurrentDictionary<string, Digest> adopted = new(StringComparer.Ordinal);

    public BuildStore(string dataRoot, Database database, ImageStore images, TimeProvider time)
    {
        (this.database, this.images, this.time) = (database, images, time);
        Root = Path.Combine(dataRoot, "build");
        layers = Path.Combine(Root, "layers");
        Mounts = Path.Combine(Root, "mounts");
        foreach (var directory in (string[])[layers, Mounts])
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        InodeFlags.SpreadDirectories(layers);
        database.Migrate("build", [
            "CREATE TABLE build_layers(id TEXT PRIMARY KEY, size INTEGER NOT NULL, disk_space INTEGER NOT NULL, chain_id TEXT, adopted INTEGER NOT NULL, boot TEXT) STRICT",
            "CREATE TABLE build_archives(layer TEXT PRIMARY KEY, media_type TEXT NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL, diff_id TEXT NOT NULL) STRICT",
            "CREATE TABLE build_cache(key TEXT PRIMARY KEY, id TEXT NOT NULL, stack TEXT NOT NULL, layer TEXT, description TEXT NOT NULL, kind TEXT NOT NULL, created INTEGER NOT NULL, used INTEGER NOT NULL, uses INTEGER NOT NULL) STRICT",
            "CREATE TABLE build_aliases(alias TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT",
            "CREATE TABLE build_mounts(name TEXT PRIMARY KEY, id TEXT NOT NULL, created INTEGER NOT NULL, used INTEGER NOT NULL, uses INTEGER NOT NULL) STRICT",
        ]);
        Recover();
        MeasureNew();
        RecoverMounts();
        images.Holder = this;
        images.Durability.Add(BeginWrite);
    }

    public void Dispose()
    {
        AwaitMeasured();
        moving.Dispose();
    }

    public string Root { get; }

    /// <summary>Directories of cache mounts.</summary>
    public string Mounts { get; }

    /// <summary>The filesystem of an image that is here.</summary>
    public LayerStack StackOf(Image image)
    {
        database.Write(r =>
        {
            for (var i = 0; i < image.ChainIds.Count; i++)
            {
                var blob = image.Manifest.Layers[i];
                r.Execute("INSERT OR REPLACE INTO build_archives VALUES($1,$2,$3,$4,$5)",
                    image.ChainIds[i].ToString(), blob.MediaType, blob.Digest.ToString(), blob.Size, image.DiffIds[i].ToString());
            }
        });
        return LayerStack.Of(image.ChainIds.Select(chain => chain.ToString()));
    }

    public NewLayer Begin(LayerStack beneath)
    {
        var id = TreePlace.Make(layers, NewName);
        var layer = new NewLayer(this, id, beneath, Path.Combine(layers, id));
        Directory.CreateDirectory(layer.Work);
        Directory.CreateDirectory(layer.Upper);
        // The root of an overlay looks as its upper directory does.
        using var upper = RootedDirectory.Open(layer.Upper);
        using var top = RootedDirectory.Open(LowersOf(beneath)[0]);
        var status = top.Descriptor.Stat();
        upper.Descriptor.Chown(status.Uid, status.Gid);
        upper.Descriptor.Chmod((uint)status.Permissions);
        return layer;
    }

    /// <summary>A new directory on the file system of the layers; what a daemon that dies leaves there is removed at the next start.</summary>
    public string NewPlace() => Path.Combine(layers, TreePlace.Make(layers, NewName));

    /// <summary>Mounts a filesystem to be read, attached nowhere.</summary>
    public DetachedMount Open(LayerStack stack) => Mount(stack, null);

    internal DetachedMount Mount(LayerStack beneath, NewLayer? top)
    {
        moving.EnterReadLock();
        try
        {
            var lowers = LowersOf(beneath);
            // volatile: a build that dies is done again, so its steps need not wait for the disk.
            return top is null
                ? DetachedMount.Overlay(lowers)
                : DetachedMount.Overlay(lowers, top.Upper, top.Work, ["volatile"]);
        }
        finally
        {
            moving.ExitReadLock();
        }
    }

    /// <summary>Looks at what layers hold, the lowest first; none moves meanwhile.</summary>
    internal void EachUpper(IEnumerable<string> wanted, Action<RootedDirectory> look)
    {
        moving.EnterReadLock();
        try
        {
            foreach (var layer in wanted)
            {
                using var upper = RootedDirectory.Open(layer.StartsWith("sha256:", StringComparison.Ordinal) ? images.Layers.PathOf(Digest.Parse(layer)) : PathOf(layer));
                look(upper);
            }
        }
        finally
        {
            moving.ExitReadLock();
        }
    }

    internal LayerStack Commit(NewLayer layer)
    {
        TreePlace.Remove(layer.Work);
        database.Write(r => r.Execute("INSERT INTO build_layers VALUES($1,$2,$2,NULL,0,$3)", layer.Id, NotMeasured, Boot));
        return layer.Beneath.Add(layer.Id);
    }

    private static string NewName() => Guid.NewGuid().ToString("N");

    /// <summary>The directories of a filesystem, the topmost first. Those of the build's own layers stay where they are only while <see cref="moving"/> is held.</summary>
    private List<string> LowersOf(LayerStack stack)
    {
        var lowers = new List<string>();
        foreach (var layer in stack.Layers.Reverse())
        {
            if (!layer.StartsWith("sha256:", StringComparison.Ordinal) && !adopted.ContainsKey(layer))
            {
                lowers.Add(Path.Combine(layers, layer, DiffName));
                continue;
            }

            var chain = adopted.TryGetValue(layer, out var moved) ? moved : Digest.Parse(layer);
            lowers.Add(images.Layers.PathOf(chain));
            if (images.Layers.HidesAll(chain))
            {
                break;
            }
        }

        return lowers.Count > 0 ? lowers : [images.Layers.EmptyPath];
    }
}
