using System.Collections.Concurrent;
using System.Text.Json;
using Gantry.Images.Content;
using Gantry.Images.Layers;
using Gantry.Spec;
using Gantry.Spec.Image;
using Microsoft.Data.Sqlite;

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
            "CREATE TABLE index_images(index_digest TEXT NOT NULL, image TEXT NOT NULL REFERENCES images(id), PRIMARY KEY(index_digest, image)) STRICT",
            "CREATE INDEX index_images_image ON index_images(image)",
            "ALTER TABLE image_names ADD COLUMN index_digest TEXT",
            "CREATE INDEX image_names_index ON image_names(index_digest)",
            "ALTER TABLE images ADD COLUMN parent TEXT",
            "CREATE TABLE former_manifests(digest TEXT PRIMARY KEY, image TEXT NOT NULL REFERENCES images(id) ON DELETE CASCADE) STRICT",
            "CREATE INDEX former_manifests_image ON former_manifests(image)",
        ]);
        ImageUses.Migrate(database);
    }

    /// <summary>Adds an image, if it is not there, with names, the digest it was pulled by, and the index it is a part of.</summary>
    public void Add(Digest id, Descriptor manifest, long size, IReadOnlyList<ImageReference> names, Digest? pulledAs, Digest? index = null) => database.Write(r =>
    {
        r.Execute("INSERT INTO images(id, manifest, media_type, manifest_size, size) VALUES($1,$2,$3,$4,$5) ON CONFLICT(id) DO NOTHING",
            id.ToString(), manifest.Digest.ToString(), manifest.MediaType, manifest.Size, size);
        AddNames(r, id, names, pulledAs, index);
    });

    /// <summary>Gives an image more names, if it is there.</summary>
    public bool TryAddNames(Digest id, IReadOnlyList<ImageReference> names, Digest? pulledAs, Digest? index = null) => database.Write(r =>
    {
        var there = Exists(r, id);
        if (there)
        {
            AddNames(r, id, names, pulledAs, index);
        }

        return there;
    });

    /// <summary>Notes that an image was used.</summary>
    public void Touch(Digest id) => database.Write(r => ImageUses.Touch(r, id));

    /// <summary>When images were last used; one that never was is missing.</summary>
    public IReadOnlyDictionary<Digest, DateTimeOffset> Uses() => ImageUses.All(database);

    /// <summary>Notes of which image another was made.</summary>
    public void SetParent(Digest id, Digest parent) => database.Write(r => r.Execute("UPDATE images SET parent=$2 WHERE id=$1", id.ToString(), parent.ToString()));

    /// <summary>Notes that a repository has an image under a digest, unless the image is gone meanwhile.</summary>
    public void AddDigest(ImageReference repository, Digest digest, Digest id) => TryAddNames(id, [repository.NameOnly()], digest);

    /// <summary>Gives an image another manifest of the same content. The one it had still stands for it.</summary>
    public void SetManifest(Digest id, Descriptor manifest)
    {
        database.Write(r =>
        {
            r.Execute("INSERT INTO former_manifests SELECT manifest, id FROM images WHERE id=$1 ON CONFLICT DO NOTHING", id.ToString());
            r.Execute("UPDATE images SET manifest=$2, media_type=$3, manifest_size=$4 WHERE id=$1", id.ToString(), manifest.Digest.ToString(), manifest.MediaType, manifest.Size);
        });
        parsed.TryRemove(id, out _);
    }

    /// <param name="index">The index the name stands for; null where it is the image's manifest alone.</param>
    public void SetName(ImageReference name, Digest id, Digest? index = null) => database.Write(r => AddNames(r, id, [name], null, index));

    public Image? Find(Digest id) => database.Read(r => Load(r, id));

    public Digest? FindByName(ImageReference name) => FindNamed(name)?.Id;

    /// <summary>The image a name stands for, and the index, if it names one: the image is then the one of this machine's platform.</summary>
    public (Digest Id, Digest? Index)? FindNamed(ImageReference name) => database.Read(r =>
    {
        var rows = name.Digest is { } digest
            ? r.Query("SELECT image, (SELECT index_digest FROM index_images WHERE index_digest=$2 LIMIT 1) FROM image_digests WHERE repository=$1 AND digest=$2", WithIndex, name.Name, digest.ToString())
            : r.Query("SELECT image, index_digest FROM image_names WHERE name=$1", WithIndex, name.WithDefaultTag().ToString());
        return rows.Count == 0 ? ((Digest, Digest?)?)null : rows[0];
    });

    /// <summary>The index an image stands for where it is the one of this machine's platform; null for another, and for one without.</summary>
    public Digest? IndexOf(Digest id) => database.Read(r => Single(r.Query(
        "SELECT index_digest FROM image_names WHERE image=$1 AND index_digest IS NOT NULL UNION ALL SELECT digest FROM image_digests WHERE image=$1 AND digest IN (SELECT index_digest FROM index_images) LIMIT 1",
        Id, id.ToString())));

    /// <summary>The images of an index that are here, in the order in which they came.</summary>
    public IReadOnlyList<Image> ImagesOf(Digest index) => database.Read(r => Members(r, index).Select(id => Load(r, id)!).ToList());

    /// <summary>At most two images whose id begins so.</summary>
    public IReadOnlyList<Digest> FindByPrefix(string hex) => database.Read(r =>
        r.Query("SELECT id FROM images WHERE id GLOB $1 LIMIT 2", Id, $"sha256:{hex}*"));

    /// <summary>At most two images that have or had a manifest, or are in an index, whose digest begins so.</summary>
    public IReadOnlyList<(Digest Id, Digest? Index)> FindByManifest(string hex) => database.Read(r => r.Query(
        "SELECT id, NULL FROM images WHERE manifest GLOB $1 UNION SELECT image, NULL FROM former_manifests WHERE digest GLOB $1 "
        + "UNION SELECT min(image), index_digest FROM index_images WHERE index_digest GLOB $1 GROUP BY index_digest LIMIT 2",
        WithIndex, $"sha256:{hex}*"));

    /// <summary>All images, those of other platforms included.</summary>
    public IReadOnlyList<Image> List() => database.Read(r =>
        r.Query("SELECT id FROM images", Id).Select(id => Load(r, id)!).ToList());

    /// <summary>The images that names and digests stand for, and those that nothing stands for.</summary>
    public IReadOnlyList<Image> ListNamed() => database.Read(r =>
        r.Query("SELECT id FROM images WHERE id IN (SELECT image FROM image_names UNION SELECT image FROM image_digests) OR id NOT IN (SELECT image FROM index_images)", Id)
            .Select(id => Load(r, id)!).ToList());

    /// <summary>Full names with tags, and repositories with digests.</summary>
    public (IReadOnlyList<string> Names, IReadOnlyList<(string Repository, Digest Digest)> Digests) NamesOf(Digest id) => database.Read(r => Names(r, id));

    public void RemoveName(string name) => database.Write(r =>
    {
        r.Execute("DELETE FROM image_names WHERE name=$1", name);
        Sweep(r);
    });

    public void RemoveDigest(string repository, Digest digest) => database.Write(r =>
    {
        r.Execute("DELETE FROM image_digests WHERE repository=$1 AND digest=$2", repository, digest.ToString());
        Sweep(r);
    });

    /// <summary>Takes an image out of an index that has others.</summary>
    public void RemoveFromIndex(Digest index, Digest id) => database.Write(r =>
    {
        r.Execute("DELETE FROM index_images WHERE index_digest=$1 AND image=$2", index.ToString(), id.ToString());
        ChooseImage(r, index);
    });

    /// <summary>Removes an image and its names; with <paramref name="unlessUsed"/> only if no container stands on it.</summary>
    public bool Remove(Digest id, bool unlessUsed)
    {
        var removed = database.Write(r =>
        {
            if (unlessUsed && r.Query("SELECT 1 FROM snapshots WHERE image=$1 LIMIT 1", _ => true, id.ToString()).Count > 0)
            {
                return false;
            }

            foreach (var index in Indexes(r, id))
            {
                r.Execute("DELETE FROM index_images WHERE index_digest=$1 AND image=$2", index.ToString(), id.ToString());
                ChooseImage(r, index);
            }

            r.Execute("DELETE FROM image_names WHERE image=$1", id.ToString());
            r.Execute("DELETE FROM image_digests WHERE image=$1", id.ToString());
            r.Execute("DELETE FROM images WHERE id=$1", id.ToString());
            Sweep(r);
            return true;
        });
        if (removed)
        {
            parsed.TryRemove(id, out _);
        }

        return removed;
    }

    /// <summary>Ids and manifests of all images.</summary>
    public HashSet<Digest> Identities() => [.. database.Read(r => r.Query("SELECT id FROM images UNION SELECT manifest FROM images", Id))];

    /// <summary>Manifests and indexes that images are known by.</summary>
    public IReadOnlyList<Digest> Roots() => database.Read(r =>
        r.Query("SELECT manifest FROM images UNION SELECT digest FROM image_digests UNION SELECT index_digest FROM image_names WHERE index_digest IS NOT NULL", Id));

    private static bool Exists(RecordSession r, Digest id) => r.Query("SELECT 1 FROM images WHERE id=$1", _ => true, id.ToString()).Count > 0;

    private void AddNames(RecordSession r, Digest id, IReadOnlyList<ImageReference> names, Digest? pulledAs, Digest? index)
    {
        if (index is { } whole)
        {
            r.Execute("INSERT OR IGNORE INTO index_images VALUES($1,$2)", whole.ToString(), id.ToString());
        }

        foreach (var name in names)
        {
            if (name.Tag is not null)
            {
                SetTag(r, name, id, index);
            }

            if (pulledAs is { } digest)
            {
                r.Execute("INSERT OR REPLACE INTO image_digests VALUES($1,$2,$3)", name.Name, digest.ToString(), id.ToString());
            }
        }

        if (index is { } joined)
        {
            ChooseImage(r, joined);
        }

        Sweep(r);
        ImageUses.Touch(r, id);
    }

    private static void SetTag(RecordSession r, ImageReference name, Digest id, Digest? index)
    {
        var key = $"{name.Name}:{name.Tag}";
        var before = r.Query("SELECT image, index_digest FROM image_names WHERE name=$1", WithIndex, key);
        r.Execute("INSERT INTO image_names(name, image, index_digest) VALUES($1,$2,$3) ON CONFLICT(name) DO UPDATE SET image=excluded.image, index_digest=excluded.index_digest", key, id.ToString(), index?.ToString());
        r.Execute("UPDATE images SET tagged=$2 WHERE id=$1", id.ToString(), DateTimeOffset.UtcNow.UtcTicks);
        if (before is [{ Index: { } old }] && old != index && r.Query("SELECT image FROM image_names WHERE index_digest=$1 LIMIT 1", Id, old.ToString()).Count == 0)
        {
            // The other platforms of what the name stood for are superseded with it: they dangle, as its own image does.
            r.Execute("DELETE FROM index_images WHERE index_digest=$1 AND image NOT IN (SELECT image FROM image_digests WHERE digest=$1)", old.ToString());
        }
    }

    /// <summary>Lets the names of an index stand for the best of its images for this machine.</summary>
    private void ChooseImage(RecordSession r, Digest index)
    {
        if (Members(r, index).Select(id => Load(r, id)!).MinBy(i => Platform.Current.Rank(i.Platform) ?? int.MaxValue) is { } best)
        {
            r.Execute("UPDATE image_names SET image=$2 WHERE index_digest=$1", index.ToString(), best.Id.ToString());
            r.Execute("UPDATE image_digests SET image=$2 WHERE digest=$1", index.ToString(), best.Id.ToString());
        }
    }

    /// <summary>Forgets what belonged to indexes that nothing names any more.</summary>
    private static void Sweep(RecordSession r) => r.Execute(
        "DELETE FROM index_images WHERE index_digest NOT IN (SELECT index_digest FROM image_names WHERE index_digest IS NOT NULL UNION SELECT digest FROM image_digests)");

    private static IReadOnlyList<Digest> Members(RecordSession r, Digest index) =>
        r.Query("SELECT image FROM index_images WHERE index_digest=$1 ORDER BY rowid", Id, index.ToString());

    private static IReadOnlyList<Digest> Indexes(RecordSession r, Digest id) =>
        r.Query("SELECT index_digest FROM index_images WHERE image=$1 ORDER BY rowid", Id, id.ToString());

    private Image? Load(RecordSession r, Digest id)
    {
        var row = r.Query("SELECT manifest, media_type, manifest_size, size, tagged, (SELECT id FROM images AS p WHERE p.id=images.parent) FROM images WHERE id=$1",
            x => (Manifest: Digest.Parse(x.GetString(0)), MediaType: x.GetString(1), ManifestSize: x.GetInt64(2), Size: x.GetInt64(3), Tagged: x.IsDBNull(4) ? (long?)null : x.GetInt64(4), Parent: OptionalDigest(x, 5)),
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
            Indexes = Indexes(r, id),
            Parent = found.Parent,
            LastTagged = found.Tagged is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null,
        };
    }

    private (ImageConfiguration Configuration, ImageManifest Manifest, IReadOnlyList<Digest> ChainIds) Parse(Digest id, Digest manifest)
    {
        var configuration = JsonSerializer.Deserialize(content.Read(id), ImageJson.Default.ImageConfiguration)!;
        return (configuration, JsonSerializer.Deserialize(content.Read(manifest), ImageJson.Default.ImageManifest)!, ChainId.Of(configuration.RootFs.DiffIds));
    }

    /// <summary>Those of its own, and those of the indexes it is a part of.</summary>
    private static (IReadOnlyList<string> Names, IReadOnlyList<(string Repository, Digest Digest)> Digests) Names(RecordSession r, Digest id) => (
        r.Query("SELECT name FROM image_names WHERE image=$1 OR index_digest IN (SELECT index_digest FROM index_images WHERE image=$1) ORDER BY name", x => x.GetString(0), id.ToString()),
        r.Query("SELECT repository, digest FROM image_digests WHERE image=$1 OR digest IN (SELECT index_digest FROM index_images WHERE image=$1) ORDER BY repository, digest", x => (x.GetString(0), Digest.Parse(x.GetString(1))), id.ToString()));

    private static Digest Id(SqliteDataReader row) => Digest.Parse(row.GetString(0));

    private static (Digest Id, Digest? Index) WithIndex(SqliteDataReader row) => (Id(row), OptionalDigest(row, 1));

    private static Digest? OptionalDigest(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : Digest.Parse(row.GetString(column));

    private static Digest? Single(IReadOnlyList<Digest> rows) => rows.Count == 0 ? null : rows[0];
}
