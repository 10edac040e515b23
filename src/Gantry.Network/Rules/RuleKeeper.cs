using Gantry.Linux;
using Gantry.Linux.Nftables;

namespace Gantry.Network.Rules;

/// <summary>One element that an owner, a network or a container, has in the table.</summary>
internal readonly record struct RuleElement(NftSet Set, NftElement Element)
{
    public bool IsSame(RuleElement other) =>
        ReferenceEquals(Set, other.Set) && Element.Key.AsSpan().SequenceEqual(other.Element.Key)
        && Element.KeyEnd.AsSpan().SequenceEqual(other.Element.KeyEnd) && Element.Data.AsSpan().SequenceEqual(other.Element.Data);
}

/// <summary>
/// Keeps the table as it should be: each change is one transaction of a few elements. All of it is known here, so that the
/// table can be made anew, again in one transaction, whenever it is not what it should be.
/// </summary>
internal sealed class RuleKeeper(NftSocket socket, string table) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, IReadOnlyList<RuleElement>> owners = [];
    private bool exists;

    /// <summary>Gives an owner these elements instead of those it had.</summary>
    public void Set(string owner, IReadOnlyList<RuleElement> elements)
    {
        lock (gate)
        {
            var before = owners.GetValueOrDefault(owner, []);
            if (exists && before.Count == elements.Count && before.Zip(elements).All(p => p.First.IsSame(p.Second))) return;
            if (elements.Count > 0) owners[owner] = elements;
            else owners.Remove(owner);
            try
            {
                Change(before, elements);
            }
            catch
            {
                if (before.Count > 0) owners[owner] = before;
                else owners.Remove(owner);
                throw;
            }
        }
    }

    /// <summary>The port its changes come from.</summary>
    public uint Port => socket.Port;

    public IReadOnlyList<NftBaseChain> BaseChains() => socket.BaseChains();

    public void Remove(string owner) => Set(owner, []);

    /// <summary>Replaces all owners, and makes the table anew.</summary>
    public void Replace(IEnumerable<KeyValuePair<string, IReadOnlyList<RuleElement>>> all)
    {
        lock (gate)
        {
            owners.Clear();
            foreach (var (owner, elements) in all) owners[owner] = elements;
            Rebuild();
        }
    }

    /// <summary>Makes the table anew if there should be one.</summary>
    public bool Restore()
    {
        lock (gate)
        {
            if (exists) Rebuild();
            return exists;
        }
    }

    /// <summary>
    /// Makes the table anew: the kernel changes from the old one to the new one between two packets, so that whatever was
    /// right in the old one goes on.
    /// </summary>
    private void Rebuild()
    {
        lock (gate)
        {
            var batch = new NftBatch(NftFamily.Inet, table).AddTable().DeleteTable().AddTable();
            RuleTable.Build(batch);
            foreach (var set in owners.Values.SelectMany(e => e).GroupBy(e => e.Set))
            {
                batch.AddElements(set.Key, [.. set.Select(e => e.Element)]);
            }

            socket.Commit(batch);
            exists = true;
        }
    }

    public void Dispose() => socket.Dispose();

    private void Change(IReadOnlyList<RuleElement> before, IReadOnlyList<RuleElement> after)
    {
        if (!exists)
        {
            Rebuild();
            return;
        }

        var batch = new NftBatch(NftFamily.Inet, table);
        foreach (var set in before.GroupBy(e => e.Set)) batch.DeleteElements(set.Key, [.. set.Select(e => e.Element)]);
        foreach (var set in after.GroupBy(e => e.Set)) batch.AddElements(set.Key, [.. set.Select(e => e.Element)]);
        if (batch.IsEmpty) return;
        try
        {
            socket.Commit(batch);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            // Somebody flushed the ruleset a moment ago.
            Rebuild();
        }
    }
}
