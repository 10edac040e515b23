using System.Text.Json;
using Gantry.Images.Layers;
using Gantry.Images.Records;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.SystemTests.Disk;

/// <summary>The records of a daemon that does not run beside the files on its disk.</summary>
internal static class DiskRecords
{
    /// <summary>What is recorded and not there, and what is there and not recorded. Parts of downloads may be there: they are continued.</summary>
    public static IReadOnlyList<string> Faults(string dataRoot)
    {
        using var database = Database.Open(Path.Combine(dataRoot, "gantry.db"));
        var faults = new List<string>();
        var roots = Column(database, "SELECT manifest FROM images UNION SELECT digest FROM image_digests");
        var used = new HashSet<string>(StringComparer.Ordinal);
        var chains = new HashSet<string>(Column(database, "SELECT chain_ids FROM snapshots").SelectMany(c => c.Split(' ', StringSplitOptions.RemoveEmptyEntries)), StringComparer.Ordinal);
        foreach (var image in Column(database, "SELECT id || ' ' || manifest FROM images"))
        {
            var (id, manifest) = (image.Split(' ')[0], image.Split(' ')[1]);
            foreach (var missing in new[] { id, manifest }.Where(d => !File.Exists(BlobOf(dataRoot, d)))) faults.Add($"image {id} misses {missing}");
            if (faults.Count > 0) continue;
            var parsed = JsonSerializer.Deserialize(File.ReadAllBytes(BlobOf(dataRoot, manifest)), ImageJson.Default.ImageManifest)!;
            faults.AddRange(parsed.Layers.Where(l => !File.Exists(BlobOf(dataRoot, l.Digest.ToString()))).Select(l => $"image {id} misses the content {l.Digest}"));
            used.UnionWith([id, manifest, .. parsed.Layers.Select(l => l.Digest.ToString())]);
            var configuration = JsonSerializer.Deserialize(File.ReadAllBytes(BlobOf(dataRoot, id)), ImageJson.Default.ImageConfiguration)!;
            chains.UnionWith(ChainId.Of(configuration.RootFs.DiffIds).Select(c => c.ToString()));
        }

        used.UnionWith(roots);
        var blobs = Directory.GetFiles(Path.Combine(dataRoot, "content", "blobs", "sha256")).Select(f => "sha256:" + Path.GetFileName(f)).ToArray();
        faults.AddRange(blobs.Where(b => !used.Contains(b)).Select(b => $"content {b} belongs to no image"));
        var recorded = Column(database, "SELECT chain_id FROM layers").ToHashSet(StringComparer.Ordinal);
        var extracted = Names(dataRoot, "layers").Where(n => n != ".empty").Select(n => "sha256:" + n).ToHashSet(StringComparer.Ordinal);
        faults.AddRange(chains.Where(c => !recorded.Contains(c)).Select(c => $"layer {c} is used and not recorded"));
        faults.AddRange(recorded.Where(c => !chains.Contains(c)).Select(c => $"layer {c} is recorded and not used"));
        faults.AddRange(recorded.Except(extracted).Select(c => $"layer {c} is recorded and not there"));
        faults.AddRange(extracted.Except(recorded).Select(c => $"layer {c} is there and not recorded"));
        var containers = Column(database, "SELECT id FROM containers");
        var snapshots = Column(database, "SELECT container FROM snapshots");
        faults.AddRange(containers.Except(snapshots).Select(c => $"container {c} has no snapshot"));
        faults.AddRange(snapshots.Except(containers).Select(c => $"snapshot {c} belongs to no container"));
        faults.AddRange(Names(dataRoot, "containers").Except(containers).Select(c => $"directory {c} belongs to no container"));
        faults.AddRange(snapshots.Where(c => !Directory.Exists(Path.Combine(dataRoot, "containers", c, "upper"))).Select(c => $"container {c} has no writable layer"));
        faults.AddRange(Directory.GetFiles(Path.Combine(dataRoot, "content", "ingest")).Where(f => !f.EndsWith(".partial", StringComparison.Ordinal)).Select(f => $"{f} is left"));
        return faults;
    }

    private static IReadOnlyList<string> Column(Database database, string sql) => database.Read(r => r.Query(sql, row => row.GetString(0)));

    private static IEnumerable<string> Names(string dataRoot, string part) => Directory.GetFileSystemEntries(Path.Combine(dataRoot, part)).Select(p => Path.GetFileName(p)!);

    private static string BlobOf(string dataRoot, string digest) => Path.Combine(dataRoot, "content", "blobs", Digest.Parse(digest).Algorithm, Digest.Parse(digest).Hex);
}
