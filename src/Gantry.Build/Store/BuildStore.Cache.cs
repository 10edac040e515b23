using System.Globalization;
using Gantry.Images.Content;
using Gantry.Spec;
using Microsoft.Data.Sqlite;

namespace Gantry.Build.Store;

public sealed partial class BuildStore
{
    private readonly KeyedLocks<Digest> working = new();

    /// <summary>Makes the caller the only one who does this step; whoever comes second waits and then finds it done.</summary>
    public ValueTask<IDisposable> LockAsync(Digest key, CancellationToken cancellationToken) => working.AcquireAsync(key, cancellationToken);

    public bool Contains(Digest key) => database.Read(r => r.Query("SELECT 1 FROM build_cache WHERE key=$1", _ => true, key.ToString())).Count > 0;

    /// <summary>What became of a step; using it is noted, and its layers are held.</summary>
    public CacheRecord? Find(Digest key, BuildHold hold) => database.Write(r =>
    {
        var found = r.Query("SELECT * FROM build_cache WHERE key=$1", Map, key.ToString()).SingleOrDefault();
        if (found is not null)
        {
            r.Execute("UPDATE build_cache SET used=$2, uses=uses+1 WHERE key=$1", found.Key, time.GetUtcNow().UtcTicks);
            hold.Add(found.Stack);
        }

        return found;
    });

    /// <summary>Keeps what became of a step. A step that was done again replaces what it was before.</summary>
    /// <param name="layer">The layer it wrote.</param>
    /// <param name="created">When its layer was made.</param>
    public void Add(Digest key, LayerStack stack, string? layer, string description, string kind, DateTimeOffset created) => database.Write(r =>
        r.Execute("INSERT OR REPLACE INTO build_cache VALUES($1,$2,$3,$4,$5,$6,$7,$8,0)",
            key.ToString(), Guid.NewGuid().ToString("N")[..25].ToLower(CultureInfo.InvariantCulture), stack.Text, layer, description, kind, created.UtcTicks, time.GetUtcNow().UtcTicks));

    /// <summary>The content that a stage with some key was found to have.</summary>
    public Digest? FindAlias(Digest alias) => database.Read(r => r.Query("SELECT content FROM build_aliases WHERE alias=$1", x => x.GetString(0), alias.ToString())) is [var content] ? Digest.Parse(content) : null;

    public void AddAlias(Digest alias, Digest content) => database.Write(r => r.Execute("INSERT OR REPLACE INTO build_aliases VALUES($1,$2)", alias.ToString(), content.ToString()));

    public IReadOnlyList<CacheRecord> List() => database.Read(r => r.Query("SELECT * FROM build_cache ORDER BY used", Map));

    private static CacheRecord Map(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), new LayerStack(row.GetString(2)), row.IsDBNull(3) ? null : row.GetString(3), row.GetString(4), row.GetString(5),
        new DateTimeOffset(row.GetInt64(6), TimeSpan.Zero), new DateTimeOffset(row.GetInt64(7), TimeSpan.Zero), row.GetInt64(8));
}
