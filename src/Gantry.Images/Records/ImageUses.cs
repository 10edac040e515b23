using Gantry.Spec;

namespace Gantry.Images.Records;

/// <summary>When each image was last used: pulled, loaded, made, tagged, pushed, saved, or under a container.</summary>
internal static class ImageUses
{
    public static void Migrate(Database database) =>
        database.Migrate("image uses", ["CREATE TABLE image_uses(image TEXT PRIMARY KEY REFERENCES images(id) ON DELETE CASCADE, used INTEGER NOT NULL) STRICT"]);

    /// <summary>Notes a use, unless the image is gone.</summary>
    public static void Touch(RecordSession records, Digest image) => records.Execute(
        "INSERT INTO image_uses SELECT id,$2 FROM images WHERE id=$1 ON CONFLICT(image) DO UPDATE SET used=excluded.used", image.ToString(), DateTimeOffset.UtcNow.UtcTicks);

    public static IReadOnlyDictionary<Digest, DateTimeOffset> All(Database database) => database
        .Read(r => r.Query("SELECT image, used FROM image_uses", row => (Image: Digest.Parse(row.GetString(0)), Used: row.GetInt64(1))))
        .ToDictionary(row => row.Image, row => new DateTimeOffset(row.Used, TimeSpan.Zero));
}
