using Gantry.Spec;

namespace Gantry.Images.Content;

/// <summary>What operations under way hold: garbage collection leaves it alone. Leases die with the process, and so does the work they protect.</summary>
public sealed class ContentLeases
{
    private readonly Dictionary<Digest, int> held = [];
    private readonly List<ContentCollection> collections = [];
    private readonly Lock gate = new();

    public ContentLease Begin() => new(this);

    /// <summary>
    /// Begins a collection of garbage. What is held at its beginning or later, if only for a moment, stays: the records that
    /// the collection reads may be older than the one which the holder made.
    /// </summary>
    internal ContentCollection BeginCollection()
    {
        lock (gate)
        {
            var collection = new ContentCollection(this, held.Keys);
            collections.Add(collection);
            return collection;
        }
    }

    internal void End(ContentCollection collection)
    {
        lock (gate)
        {
            collections.Remove(collection);
        }
    }

    /// <summary>Runs <paramref name="delete"/> unless one of the digests is held; nobody can take hold of it meanwhile.</summary>
    internal bool DeleteUnlessHeld(IReadOnlyList<Digest> digests, Action delete) => DeleteUnless(() => digests.Any(held.ContainsKey), delete);

    /// <summary>Runs <paramref name="delete"/> unless the condition holds; nobody can take hold of anything meanwhile.</summary>
    internal bool DeleteUnless(Func<bool> condition, Action delete)
    {
        lock (gate)
        {
            if (condition())
            {
                return false;
            }

            delete();
            return true;
        }
    }

    internal void Add(Digest digest)
    {
        lock (gate)
        {
            held[digest] = held.GetValueOrDefault(digest) + 1;
            collections.ForEach(collection => collection.Touch(digest));
        }
    }

    internal void Release(IEnumerable<Digest> digests)
    {
        lock (gate)
        {
            foreach (var digest in digests)
            {
                if (--held[digest] == 0)
                {
                    held.Remove(digest);
                }
            }
        }
    }
}

/// <summary>Blobs (by digest) and layers (by chain id) that must not go before this is disposed. Take hold first, look for it afterwards.</summary>
public sealed class ContentLease : IDisposable
{
    private readonly ContentLeases owner;
    private readonly HashSet<Digest> digests = [];

    internal ContentLease(ContentLeases owner) => this.owner = owner;

    public void Hold(Digest digest)
    {
        lock (digests)
        {
            if (digests.Add(digest))
            {
                owner.Add(digest);
            }
        }
    }

    public void Dispose()
    {
        lock (digests)
        {
            owner.Release(digests);
            digests.Clear();
        }
    }
}
