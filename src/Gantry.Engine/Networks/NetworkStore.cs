using Gantry.Images.Records;
using Gantry.Spec;

namespace Gantry.Engine.Networks;

/// <summary>All networks: in memory by id and name, and in the database.</summary>
internal sealed class NetworkStore
{
    private static readonly string[] Migrations =
        ["CREATE TABLE networks(id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, document BLOB NOT NULL) STRICT"];

    private readonly Database database;
    private readonly Lock gate = new();
    private readonly Dictionary<string, EngineNetwork> byId = new(StringComparer.Ordinal);

    public NetworkStore(Database database)
    {
        this.database = database;
        database.Migrate("networks", Migrations);
        foreach (var document in database.Read(records => records.Query("SELECT document FROM networks", row => (byte[])row[0])))
        {
            if (NetworkJson.Read(document) is { } read)
            {
                byId.Add(read.Record.Id, new EngineNetwork(read));
            }
        }
    }

    public IReadOnlyList<EngineNetwork> All()
    {
        lock (gate)
        {
            return [.. byId.Values];
        }
    }

    /// <summary>By id, name or unique prefix of the id, in this order.</summary>
    public EngineNetwork Get(string reference) => Find(reference) ?? throw new NotFoundException($"network {reference} not found");

    public EngineNetwork? Find(string reference)
    {
        lock (gate)
        {
            if (byId.TryGetValue(reference, out var network) || (network = ByName(reference)) is not null || reference.Length == 0)
            {
                return network;
            }

            var matches = byId.Values.Where(candidate => candidate.Id.StartsWith(reference, StringComparison.Ordinal)).Take(2).ToArray();
            return matches.Length > 1
                ? throw new InvalidArgumentException(
                    $"network {reference} is ambiguous ({byId.Keys.Count(id => id.StartsWith(reference, StringComparison.Ordinal))} matches found based on ID prefix)")
                : matches.FirstOrDefault();
        }
    }

    public EngineNetwork? FindName(string name)
    {
        lock (gate)
        {
            return ByName(name);
        }
    }

    public EngineNetwork Add(NetworkDocument document)
    {
        var network = new EngineNetwork(document);
        database.Write(records => records.Execute(
            "INSERT INTO networks(id, name, document) VALUES($1,$2,$3)", document.Record.Id, document.Record.Name, NetworkJson.Write(document)));
        lock (gate)
        {
            byId.Add(document.Record.Id, network);
        }

        return network;
    }

    public void Save(EngineNetwork network, NetworkDocument document)
    {
        database.Write(records => records.Execute("UPDATE networks SET document=$2 WHERE id=$1", network.Id, NetworkJson.Write(document)));
        network.Document = document;
    }

    public void Delete(EngineNetwork network)
    {
        database.Write(records => records.Execute("DELETE FROM networks WHERE id=$1", network.Id));
        lock (gate)
        {
            byId.Remove(network.Id);
        }
    }

    private EngineNetwork? ByName(string name) => byId.Values.FirstOrDefault(network => network.Name == name);
}
