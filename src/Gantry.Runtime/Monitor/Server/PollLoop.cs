using Gantry.Linux.Poll;

namespace Gantry.Runtime.Monitor.Server;

/// <summary>The monitor's only thread: waits, and lets the watcher that something happened to act.</summary>
internal sealed class PollLoop : IDisposable
{
    private const int SharedBufferSize = 64 * 1024;

    // Long enough that a burst of execs is one, and that a container that ends at once never pays.
    private const int TrimDelay = 1000;

    private readonly Epoll epoll = new();
    private readonly PollResult[] results = new PollResult[16];
    private long trimAt;
    private Watcher?[] watchers = new Watcher?[32];

    /// <summary>For what is used up before the next event is handled.</summary>
    public byte[] Buffer { get; } = GC.AllocateUninitializedArray<byte>(SharedBufferSize);

    /// <summary>What was done is not done often: soon after it, its memory is given back.</summary>
    public void TrimSoon() => trimAt = Clock.Milliseconds() + TrimDelay;

    /// <summary>Runs until <paramref name="done"/> says so.</summary>
    public void Run(Func<bool> done)
    {
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

    public void Watch(Watcher watcher, PollEvents events, bool known)
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

    public void Forget(Watcher watcher)
    {
        epoll.Forget(watcher.Descriptor);
        watchers[watcher.Descriptor.Number] = null;
    }

    public void Dispose() => epoll.Dispose();

    private int UntilNextDeadline()
    {
        var next = trimAt == 0 ? long.MaxValue : trimAt;
        foreach (var watcher in watchers)
        {
            if (watcher is { Deadline: > 0 and var deadline } && deadline < next)
            {
                next = deadline;
            }
        }

        return next == long.MaxValue ? -1 : (int)Math.Clamp(next - Clock.Milliseconds(), 0, int.MaxValue);
    }

    private void HandleDeadlines()
    {
        long now = 0;
        for (var i = 0; i < watchers.Length; i++)
        {
            if (watchers[i] is { Deadline: > 0 } watcher && watcher.Deadline <= (now = now == 0 ? Clock.Milliseconds() : now))
            {
                watcher.OnDeadline();
            }
        }

        if (trimAt > 0 && trimAt <= (now == 0 ? Clock.Milliseconds() : now))
        {
            trimAt = 0;
            ResidentMemory.Trim();
        }
    }
}
