using System.Collections.Concurrent;
using Gantry.Images.Records;

namespace Gantry.Engine.Volumes;

/// <summary>The records of all volumes: in memory by name, and in the database.</summary>
internal sealed class VolumeStore
{
    private readonly Database database;
    private readonly ConcurrentDictionary<string, VolumeRecord> byName = new(StringComparer.Ordinal);

    public VolumeStore(Database database)
    {
        this.database = database;
        database.Migrate("volumes", ["CREATE TABLE volumes(name TEXT PRIMARY KEY, driver TEXT NOT NULL, document BLOB NOT NULL) STRICT"]);
        foreach (var document in database.Read(records => records.Query("SELECT document FROM volumes", row => (byte[])row[0])))
        {
            if (VolumeJson.Read(document) is { } record)
            {
                byName[record.Name] = record;
            }
        }
    }

    public VolumeRecord? Find(string name) => byName.GetValueOrDefault(name);

    public IReadOnlyList<VolumeRecord> All() => [.. byName.Values];

    public void Add(VolumeRecord record)
    {
        database.Write(records => records.Execute(
            "INSERT OR REPLACE INTO volumes(name, driver, document) VALUES($1,$2,$3)", record.Name, record.Driver, VolumeJson.Write(record)));
        byName[record.Name] = record;
    }

    public void Delete(string name)
    {
        database.Write(records => records.Execute("DELETE FROM volumes WHERE name=$1", name));
        byName.TryRemove(name, out _);
    }
}
