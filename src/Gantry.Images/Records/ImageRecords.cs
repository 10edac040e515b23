using System.Collections.Concurrent;
using System.Text.Json;
using Gantry.Images.Content;
using Gantry.Images.Layers;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images.Records;

/// <summary>Which images there are and what they are called.</summary>
internal sealed class ImageRecords
{
    private readonly Database database;
    private readonly ContentStore content;
    private readonly ConcurrentDictionary<Digest, (ImageConfiguration Configuration, ImageManifest Manifest, IReadOnlyList<Digest> ChainIds)> parsed = new();

    public ImageRecords(Database database, ContentStore content)
    {
        this.database = database;
        this.content = content;
        database.Migrate("images", [
            "CREATE TABLE images(id TEXT PRIMARY KEY, manifest TEXT NOT NULL, media_type TEXT NOT NULL, manifest_size INTEGER NOT NULL, size INTEGER NOT NULL, tagged INTEGER) STRICT",
            "CREATE TABLE image_names(name TEXT PRIMARY KEY, image TEXT NOT NULL REFERENCES images(id)) STRICT",
            "CREATE TABLE image_digests(repository TEXT NOT NULL, digest TEXT NOT NULL, image TEXT NOT NULL REFERENCES images(id), PRIMARY KEY(repository, digest)) STRICT",
            "CREATE INDEX image_names_image ON image_names(image)",
            "CREATE INDEX image_digests_image ON image_digests(image)",
        ]);
        ImageUses.Migrate(database);
    }

    /// <summary>Adds an image, if it is not there, with names and the digest it was pulled by.</summary>
    public void Add(Digest id, Descriptor manifest, long size, IReadOnlyList<ImageReference> names, Digest? pulledAs) => database.Write(r =>
    {
        r.Execute("INSERT INTO images VALUES($1,$2,$3,$4,$5,NULL) ON CONFLICT(id) DO NOTHING",
            id.ToString(), manifest.Digest.ToString(), manifest.MediaType, manifest.Size, size);
        AddNames(r, id, names, pulledAs);
    });

    /// <summary>Gives an image more names, if it is there.</summary>
    public bool TryAddNames(Digest id, IReadOnlyList<ImageReference> names, Digest? pulledAs) => database.Write(r =>
    {
        var there = Exists(r, id);
        if (there)
        {
            AddNames(r, id, names, pulledAs);
        }

        return there;
    });

    /// <summary>Notes that an image was used.</summary>
    public void Touch(Digest id) => database.Write(r => ImageUses.Touch(r, id));

    /// <summary>When images were last used; one that never was is missing.</summary>
    public IReadOnlyDictionary<Digest, DateTimeOffset> Uses() => ImageUses.All(database);

    /// <summary>Notes that a repository has an image under a digest, unless the image is gone meanwhile.</summary>
    public void AddDigest(ImageReference repository, Digest digest, Digest id) => TryAddNames(id, [repository.NameOnly()], digest);

    /// <summary>Gives an image another manifest of the same content.</summary>
    public void SetManifest(Digest id, Descriptor manifest)
    {
        database.Write(r => r.Execute("UPDATE images SET manifest=$2, media_type=$3, manifest_size=$4 WHERE id=$1", id.ToString(), manifest.Digest.ToString(), manifest.MediaType, manifest.Size));
        parsed.TryRemove(id, out _);
    }

    public void SetName(ImageReference name, Digest id) => database.Write(r => AddNames(r, id, [name], null));

    public Image? Find(Digest id) => database.Read(r => Load(r, id));

    public Digest? FindByName(ImageReference name) => database.Read(r => (name.Digest, name.Tag) switch
    {
        ({ } digest, _) => Single(r.Query("SELECT image FROM image_digests WHERE repository=$1 AND digest=$2", Id, name.Name, digest.ToString())),
        _ => Single(r.Query("SELECT image FROM image_names WHERE name=$1", Id, name.WithDefaultTag().ToString())),
    });

    /// <summary>At most two images whose id begins so.</summary>
    public IReadOnlyList<Digest> FindByPrefix(string hex) => database.Read(r =>
        r.Query("SELECT id FROM images WHERE id GLOB $1 LIMIT 2", Id, $"sha256:{hex}*"));

    public IReadOnlyList<Image> List() => database.Read(r =>
        r.Query("SELECT id FROM images", Id).Select(id => Load(r, id)!).ToList());

    /// <summary>Full names with tags, and repositories with digests.</summary>
    public (IReadOnlyList<string> Names, IReadOnlyList<(string Repository, Digest Digest)> Digests) NamesOf(Digest id) => database.Read(r => Names(r, id));

    public void RemoveName(string name) => database.Write(r => r.Execute("DELETE FROM image_names WHERE name=$1", name));

    public void RemoveDigest(string repository, Digest digest) => database.Write(r =>
        r.Execute("DELETE FROM image_digests WHERE repository=$1 AND digest=$2", repository, digest.ToString()));

    /// <summary>Removes an image and its names; with <paramref name="unlessUsed"/> only if no container stands on it.</summary>
    public bool Remove(Digest id, bool unlessUsed)
    {
        var removed = database.Write(r =>
        {
            if (unlessUsed && r.Query("SELECT 1 FROM snapshots WHERE image=$1 LIMIT 1", _ => true, id.ToString()).Count > 0)
            {
                return false;
            }

            r.Execute("DELETE FROM image_names WHERE image=$1", id.ToString());
            r.Execute("DELETE FROM image_digests WHERE image=$1", id.ToString());
            r.Execute("DELETE FROM images WHERE id=$1", id.ToString());
            return true;
        });
        if (removed)
        {
            parsed.TryRemove(id, out _);
        }

        return removed;
    }

    /// <summary>Manifests and indexes that images are known by.</summary>
    public IReadOnlyList<Digest> Roots() => database.Read(r =>
        r.Query("SELECT manifest FROM images UNION SELECT digest FROM image_digests", Id));

    private static bool Exists(RecordSession r, Digest id) => r.Query("SELECT 1 FROM images WHERE id=$1", _ => true, id.ToString()).Count > 0;

    private static void AddNames(RecordSession r, Digest id, IReadOnlyList<ImageReference> names, Digest? pulledAs)
    {
        foreach (var name in names)
        {
            if (name.Tag is not null)
            {
                SetName(r, name, id);
            }

            if (pulledAs is { } digest)
            {
                r.Execute("INSERT OR REPLACE INTO image_digests VALUES($1,$2,$3)", name.Name, digest.ToString(), id.ToString());
            }
        }

        ImageUses.Touch(r, id);
    }

    private static void SetName(RecordSession r, ImageReference name, Digest id)
    {
        r.Execute("INSERT INTO image_names VALUES($1,$2) ON CONFLICT(name) DO UPDATE SET image=excluded.image", $"{name.Name}:{name.Tag}", id.ToString());
        r.Execute("UPDATE images SET tagged=$2 WHERE id=$1", id.ToString(), DateTimeOffset.UtcNow.UtcTicks);
    }

    private Image? Load(RecordSession r, Digest id)
    {
        var row = r.Query("SELECT manifest, media_type, manifest_size, size, tagged FROM images WHERE id=$1",
            x => (Manifest: Digest.Parse(x.GetString(0)), MediaType: x.GetString(1), ManifestSize: x.GetInt64(2), Size: x.GetInt64(3), Tagged: x.IsDBNull(4) ? (long?)null : x.GetInt64(4)),
            id.ToString());
        if (row.Count == 0)
        {
            return null;
        }

        var found = row[0];
        var documents = parsed.GetOrAdd(id, _ => Parse(id, found.Manifest));
        var (tags, digests) = Names(r, id);
        return new Image
        {
            Id = id,
            Configuration = documents.Configuration,
            Manifest = documents.Manifest,
            Target = new Descriptor { MediaType = found.MediaType, Digest = found.Manifest, Size = found.ManifestSize },
            ChainIds = documents.ChainIds,
            Size = found.Size,
            RepoTags = [.. tags.Select(t => ImageReference.Parse(t).Familiar)],
            RepoDigests = [.. digests.Select(d => ImageReference.Parse(d.Repository).WithDigest(d.Digest).Familiar)],
            LastTagged = found.Tagged is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null,
        };
    }

    private (ImageConfiguration Configuration, ImageManifest Manifest, IReadOnlyList<Digest> ChainIds) Parse(Digest id, Digest manifest)
    {
        var configuration = JsonSerializer.Deserialize(content.Read(id), ImageJson.Default.ImageConfiguration)!;
        return (configuration, JsonSerializer.Deserialize(content.Read(manifest), ImageJson.Default.ImageManifest)!, ChainId.Of(configuration.RootFs.DiffIds));
    }

    private static (IReadOnlyList<string> Names, IReadOnlyList<(string Repository, Digest Digest)> Digests) Names(RecordSession r, Digest id) => (
        r.Query("SELECT name FROM image_names WHERE image=$1 ORDER BY name", x => x.GetString(0), id.ToString()),
        r.Query("SELECT repository, digest FROM image_digests WHERE image=$1 ORDER BY repository, digest", x => (x.GetString(0), Digest.Parse(x.GetString(1))), id.ToString()));

    private static Digest Id(Microsoft.Data.Sqlite.SqliteDataReader row) => Digest.Parse(row.GetString(0));

    private static Digest? Single(IReadOnlyList<Digest> rows) => rows.Count == 0 ? null : rows[0];
}
