using Gantry.Images.Records;
using Gantry.Spec;

namespace Gantry.Engine.Containers;

/// <summary>All containers: in memory by id and name, and in the database.</summary>
internal sealed class ContainerStore
{
    private static readonly string[] Migrations =
    [
        "CREATE TABLE containers(id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, image TEXT NOT NULL, status TEXT NOT NULL, document BLOB NOT NULL) STRICT",
    ];

    private readonly Database database;
    private readonly Lock gate = new();
    private readonly Dictionary<string, Container> byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Container> byName = new(StringComparer.Ordinal);

    public ContainerStore(Database database)
    {
        this.database = database;
        database.Migrate("containers", Migrations);
        foreach (var document in database.Read(records => records.Query("SELECT document FROM containers", row => (byte[])row[0])))
        {
            if (ContainerJson.Read(document) is { } record)
            {
                var container = new Container(record);
                byId[record.Id] = container;
                byName[record.Name] = container;
            }
        }
    }

    public IReadOnlyList<Container> All()
    {
        lock (gate)
        {
            return [.. byId.Values];
        }
    }

    /// <summary>By id, name (with or without slash), unique prefix of the id, or <c>container/alias</c> of a link, in this order.</summary>
    public Container Get(string reference) => reference.Length == 0
        ? throw new InvalidArgumentException("invalid name or ID supplied: \"\"")
        : Find(reference) ?? throw new NotFoundException($"No such container: {reference}");

    public Container? Find(string reference)
    {
        lock (gate)
        {
            var bare = reference.StartsWith('/') ? reference[1..] : reference;
            if (byId.TryGetValue(bare, out var container) || byName.TryGetValue(bare, out container))
            {
                return container;
            }

            if (bare.Length == 0)
            {
                return null;
            }

            foreach (var (id, candidate) in byId)
            {
                if (id.StartsWith(bare, StringComparison.Ordinal))
                {
                    container = container is null
                        ? candidate
                        : throw new InvalidArgumentException($"Multiple IDs found with provided prefix: {bare}");
                }
            }

            return container ?? (bare.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && byName.TryGetValue(bare[..slash], out var linking)
                && Array.Find(linking.Record.Links, link => link.Alias == bare[(slash + 1)..]) is { } link ? byId.GetValueOrDefault(link.ContainerId) : null);
        }
    }

    public bool IsNameTaken(string name)
    {
        lock (gate)
        {
            return byName.ContainsKey(name);
        }
    }

    /// <summary>Takes a name and an id in, on disk and in memory.</summary>
    public Container Add(ContainerRecord record)
    {
        var container = new Container(record);
        lock (gate)
        {
            RequireFree(record.Name);
            byName.Add(record.Name, container);
            byId.Add(record.Id, container);
        }

        try
        {
            database.Write(records => records.Execute(
                "INSERT INTO containers(id, name, image, status, document) VALUES($1,$2,$3,$4,$5)",
                record.Id, record.Name, record.ImageId, record.State.Status, ContainerJson.Write(record)));
        }
        catch
        {
            Forget(container);
            throw;
        }

        return container;
    }

    /// <summary>Makes <paramref name="record"/> what the container is. The caller holds its gate.</summary>
    public void Save(Container container, ContainerRecord record)
    {
        Write(record);
        container.Record = record;
    }

    /// <summary>Only on disk: what will be true in a moment.</summary>
    public void Write(ContainerRecord record) => database.Write(records => records.Execute(
        "UPDATE containers SET name=$2, status=$3, document=$4 WHERE id=$1",
        record.Id, record.Name, record.State.Status, ContainerJson.Write(record)));

    public void Rename(Container container, string name)
    {
        var old = container.Record.Name;
        lock (gate)
        {
            RequireFree(name);
            byName.Add(name, container);
        }

        var gone = name;
        try
        {
            Save(container, container.Record with { Name = name });
            gone = old;
        }
        finally
        {
            lock (gate)
            {
                byName.Remove(gone);
            }
        }
    }

    public void Delete(Container container)
    {
        database.Write(records => records.Execute("DELETE FROM containers WHERE id=$1", container.Id));
        Forget(container);
    }

    private void Forget(Container container)
    {
        lock (gate)
        {
            byId.Remove(container.Id);
            byName.Remove(container.Record.Name);
        }
    }

    private void RequireFree(string name)
    {
        if (byName.TryGetValue(name, out var other))
        {
            throw new ConflictException(
                $"Conflict. The container name \"/{name}\" is already in use by container \"{other.Id}\". You have to remove (or rename) that container to be able to reuse that name.");
        }
    }
}
