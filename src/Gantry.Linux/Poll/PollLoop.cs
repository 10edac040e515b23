namespace Gantry.Linux.Poll;

/// <summary>One thread that waits, and lets the watcher that something happened to act.</summary>
public sealed class PollLoop : IDisposable
{
    private const int SharedBufferSize = 64 * 1024;

    // Long enough that a burst of work is one, and that a process that ends at once never pays.
    private const int TrimDelay = 1000;

    private readonly Epoll epoll = new();
    private readonly PollResult[] results = new PollResult[16];
    private readonly List<Watcher> timed = [];
    private long trimAt;
    private Watcher?[] watchers = new Watcher?[32];

    /// <summary>For what is used up before the next event is handled.</summary>
    public byte[] Buffer { get; } = GC.AllocateUninitializedArray<byte>(SharedBufferSize);

    /// <summary>What was done is not done often: soon after it, its memory is given back.</summary>
    public void TrimSoon() => trimAt = Clock.Milliseconds() + TrimDelay;

    /// <summary>Runs until <paramref name="done"/> says so.</summary>
    public void Run(Func<bool> done)
    {
        ArgumentNullException.ThrowIfNull(done);
        while (!done())
        {
            var count = epoll.Wait(results, UntilNextDeadline());
            for (var i = 0; i < count; i++)
            {
                // A watcher that an earlier result of this round closed is not found any more.
                if (results[i].Descriptor < watchers.Length)
                {
                    watchers[results[i].Descriptor]?.OnEvents(results[i].Events);
                }
            }

            HandleDeadlines();
        }
    }

    public void Dispose() => epoll.Dispose();

    internal void Watch(Watcher watcher, PollEvents events, bool known)
    {
        var number = watcher.Descriptor.Number;
        if (number >= watchers.Length)
        {
            Array.Resize(ref watchers, number * 2);
        }

        if (known)
        {
            epoll.Change(watcher.Descriptor, events);
        }
        else
        {
            epoll.TryWatch(watcher.Descriptor, events);
        }

        watchers[number] = watcher;
    }

    internal void Forget(Watcher watcher)
    {
        epoll.Forget(watcher.Descriptor);
        watchers[watcher.Descriptor.Number] = null;
    }

    /// <summary>Of thousands of watchers few have a deadline: only those are looked through.</summary>
    internal void SetTimed(Watcher watcher, bool isTimed)
    {
        if (isTimed)
        {
            timed.Add(watcher);
        }
        else
        {
            timed.Remove(watcher);
        }
    }

    private int UntilNextDeadline()
    {
        var next = trimAt == 0 ? long.MaxValue : trimAt;
        foreach (var watcher in timed)
        {
            next = Math.Min(next, watcher.Deadline);
        }

        return next == long.MaxValue ? -1 : (int)Math.Clamp(next - Clock.Milliseconds(), 0, int.MaxValue);
    }

    private void HandleDeadlines()
    {
        if (timed.Count == 0 && trimAt == 0)
        {
            return;
        }

        var now = Clock.Milliseconds();
        for (var i = timed.Count - 1; i >= 0; i--)
        {
            // One watcher's end may be that of others, too.
            if (i < timed.Count && timed[i].Deadline <= now)
            {
                timed[i].OnDeadline();
            }
        }

        if (trimAt > 0 && trimAt <= now)
        {
            trimAt = 0;
            ResidentMemory.Trim();
        }
    }
}
