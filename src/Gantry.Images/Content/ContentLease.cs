using Gantry.Spec;

namespace Gantry.Images.Content;

/// <summary>What operations under way hold: garbage collection leaves it alone. Leases die with the process, and so does the work they protect.</summary>
public sealed class ContentLeases
{
    private readonly Dictionary<Digest, int> held = [];
    private readonly Lock gate = new();

    public ContentLease Begin() => new(this);

    /// <summary>Runs <paramref name="delete"/> unless the digest is held; nobody can take hold of it meanwhile.</summary>
    internal bool DeleteUnlessHeld(Digest digest, Action delete)
    {
        lock (gate)
        {
            if (held.ContainsKey(digest))
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
