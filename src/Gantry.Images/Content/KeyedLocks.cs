namespace Gantry.Images.Content;

/// <summary>One lock for each key in use: whoever comes second to the same work waits and then finds it done.</summary>
public sealed class KeyedLocks<TKey>
    where TKey : notnull
{
    private readonly Dictionary<TKey, Entry> entries = [];

    public async ValueTask<IDisposable> AcquireAsync(TKey key, CancellationToken cancellationToken)
    {
        var entry = Enter(key);
        try
        {
            await entry.Semaphore.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Leave(key, entry);
            throw;
        }

        return new Holder(this, key, entry);
    }

    /// <summary>Null where somebody else has it.</summary>
    public IDisposable? TryAcquire(TKey key)
    {
        var entry = Enter(key);
        if (entry.Semaphore.Wait(0))
        {
            return new Holder(this, key, entry);
        }

        Leave(key, entry);
        return null;
    }

    /// <summary>Waits on the calling thread.</summary>
    public IDisposable Acquire(TKey key)
    {
        var entry = Enter(key);
        entry.Semaphore.Wait();
        return new Holder(this, key, entry);
    }

    private Entry Enter(TKey key)
    {
        lock (entries)
        {
            if (!entries.TryGetValue(key, out var entry))
            {
                entries.Add(key, entry = new Entry());
            }

            entry.Users++;
            return entry;
        }
    }

    private void Leave(TKey key, Entry entry)
    {
        lock (entries)
        {
            if (--entry.Users == 0)
            {
                entries.Remove(key);
                entry.Semaphore.Dispose();
            }
        }
    }

    private sealed class Entry
    {
        public SemaphoreSlim Semaphore { get; } = new(1, 1);

        public int Users { get; set; }
    }

    private sealed class Holder(KeyedLocks<TKey> owner, TKey key, Entry entry) : IDisposable
    {
        private int released;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref released, 1) == 0)
            {
                entry.Semaphore.Release();
                owner.Leave(key, entry);
            }
        }
    }
}
