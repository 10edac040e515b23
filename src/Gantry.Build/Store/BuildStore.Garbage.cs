using Gantry.Linux.Files;
using Gantry.Spec;

namespace Gantry.Build.Store;

public sealed partial class BuildStore
{
    private readonly Dictionary<string, int> building = new(StringComparer.Ordinal);

    public IReadOnlyCollection<Digest> HeldLayers() => database.Read(r =>
    {
        var held = new HashSet<Digest>();
        foreach (var chain in r.Query("SELECT chain_id FROM build_layers WHERE adopted=1", x => x.GetString(0)))
        {
            held.Add(Digest.Parse(chain));
        }

        foreach (var stack in r.Query("SELECT DISTINCT stack FROM build_cache", x => x.GetString(0)))
        {
            held.UnionWith(new LayerStack(stack).Layers.Where(layer => layer.StartsWith("sha256:", StringComparison.Ordinal)).Select(Digest.Parse));
        }

        return held;
    });

    public IReadOnlyCollection<Digest> HeldBlobs() => database.Read(r =>
        r.Query("SELECT DISTINCT digest FROM build_archives", x => Digest.Parse(x.GetString(0))).ToHashSet());

    /// <summary>The layers that an image has too.</summary>
    public IReadOnlySet<string> Adopted() => adopted.Keys.ToHashSet(StringComparer.Ordinal);

    /// <summary>Forgets records and removes the layers that none is left of. The caller collects the images' garbage afterwards.</summary>
    /// <returns>Bytes of disk freed by the build's own layers.</returns>
    public long Remove(IReadOnlyCollection<string> keys)
    {
        AwaitMeasured();
        var doomed = new List<string>();
        long freed = 0;
        database.Write(r =>
        {
            foreach (var key in keys)
            {
                r.Execute("DELETE FROM build_cache WHERE key=$1", key);
            }

            if (r.Query("SELECT 1 FROM build_cache LIMIT 1", _ => true).Count == 0)
            {
                r.Execute("DELETE FROM build_aliases");
            }

            var used = r.Query("SELECT DISTINCT stack FROM build_cache", x => x.GetString(0)).SelectMany(stack => new LayerStack(stack).Layers).ToHashSet(StringComparer.Ordinal);
            lock (building)
            {
                used.UnionWith(building.Keys);
                foreach (var (id, space, isAdopted) in r.Query("SELECT id, MAX(disk_space, 0), adopted FROM build_layers", x => (x.GetString(0), x.GetInt64(1), x.GetInt64(2) != 0)))
                {
                    if (!used.Contains(id))
                    {
                        r.Execute("DELETE FROM build_layers WHERE id=$1", id);
                        doomed.Add(id);
                        freed += isAdopted ? 0 : space;
                    }
                }
            }

            foreach (var layer in r.Query("SELECT layer FROM build_archives", x => x.GetString(0)).Where(layer => !used.Contains(layer)))
            {
                r.Execute("DELETE FROM build_archives WHERE layer=$1", layer);
            }
        });
        foreach (var id in doomed)
        {
            adopted.TryRemove(id, out _);
            TreePlace.Remove(Path.Combine(layers, id));
        }

        return freed;
    }

    /// <summary>While it is not disposed, the layers of the filesystems told to it stay.</summary>
    public BuildHold Hold() => new(this);

    internal void Enter(IEnumerable<string> stack)
    {
        lock (building)
        {
            foreach (var layer in stack)
            {
                building[layer] = building.GetValueOrDefault(layer) + 1;
            }
        }
    }

    internal void Leave(IEnumerable<string> stack)
    {
        lock (building)
        {
            foreach (var layer in stack)
            {
                if (--building[layer] == 0)
                {
                    building.Remove(layer);
                }
            }
        }
    }

    /// <summary>After whatever ended the daemon: what has no record goes, and records whose layers did not survive.</summary>
    private void Recover()
    {
        database.Write(r => r.Execute("DELETE FROM build_layers WHERE boot IS NOT NULL AND boot<>$1", Boot));
        var known = database.Read(r => r.Query("SELECT id, chain_id, adopted FROM build_layers", x => (Id: x.GetString(0), Chain: x.IsDBNull(1) ? null : x.GetString(1), IsAdopted: x.GetInt64(2) != 0)));
        var there = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (id, chain, isAdopted) in known)
        {
            if (isAdopted && images.Layers.Find(Digest.Parse(chain!)) is not null)
            {
                adopted[id] = Digest.Parse(chain!);
                there.Add(id);
            }
            else if (Directory.Exists(Path.Combine(layers, id, DiffName)))
            {
                there.Add(id);
            }
        }

        foreach (var directory in Directory.EnumerateDirectories(layers).Where(path => !there.Contains(Path.GetFileName(path))))
        {
            TreePlace.Remove(directory);
        }

        var gone = List().Where(record => record.Stack.Layers.Any(layer =>
            layer.StartsWith("sha256:", StringComparison.Ordinal) ? images.Layers.Find(Digest.Parse(layer)) is null : !there.Contains(layer)));
        Remove([.. gone.Select(record => record.Key)]);
    }
}
