using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Gantry.Linux;
using Gantry.Linux.Netlink;
using Gantry.Linux.Poll;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Network.Names.Serving;

/// <summary>Something that wants to be called at a time.</summary>
internal interface ITimed
{
    /// <summary>When (<see cref="Clock.Milliseconds"/>); another time than it was scheduled for cancels that call.</summary>
    long DueAt { get; }

    void OnDue(long now);
}

/// <summary>The one thread that serves all sandboxes: it waits for all their sockets, and is in the host's namespace.</summary>
internal sealed partial class NameLoop : IDisposable
{
    private readonly ConcurrentQueue<Action> posted = new();
    private readonly PriorityQueue<ITimed, long> timers = new();
    private readonly PollLoop poll = new();
    private readonly Waker waker;
    private readonly ILogger logger;
    private readonly SafeFileHandle home;
    private readonly Thread thread;
    private volatile bool stopping;

    public NameLoop(NetworkNamespaces namespaces, ILogger logger)
    {
        this.logger = logger;
        home = namespaces.AtHome(static () => File.OpenHandle("/proc/thread-self/ns/net"));
        waker = new Waker(this);
        const int stackSize = 256 * 1024;
        thread = new Thread(Work, stackSize) { IsBackground = true, Name = "names" };
        thread.Start();
    }

    public PollLoop Poll => poll;

    /// <summary>Has something done on the loop's thread, and waits for it.</summary>
    public void Call(Action action)
    {
        var outcome = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        posted.Enqueue(() =>
        {
            try
            {
                action();
                outcome.SetResult();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                outcome.SetException(e);
            }
        });
        waker.Wake();
        outcome.Task.GetAwaiter().GetResult();
    }

    /// <summary>On the loop's thread only.</summary>
    public void Schedule(ITimed timed)
    {
        timers.Enqueue(timed, timed.DueAt);
        waker.WakeAt(timers.TryPeek(out _, out var next) ? next : 0);
    }

    /// <summary>On the loop's thread only: opens something in another namespace, which stays there.</summary>
    public T Within<T>(SafeHandle target, Func<T> open)
    {
        NamespaceCalls.Join(target, Linux.Namespaces.Network, "network namespace");
        try
        {
            return open();
        }
        finally
        {
            NamespaceCalls.Join(home, Linux.Namespaces.Network, "the host's network namespace");
        }
    }

    public void Dispose()
    {
        stopping = true;
        waker.Wake();
        thread.Join();
        waker.Dispose();
        poll.Dispose();
        home.Dispose();
    }

    private void Work()
    {
        NamespaceCalls.Join(home, Linux.Namespaces.Network, "the host's network namespace");
        waker.Watch(PollEvents.Readable);
        while (!stopping)
        {
            try
            {
                poll.Run(() => stopping);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // One query's misfortune; what it held was closed, or goes with its sandbox.
                LogFailure(logger, e);
            }
        }
    }

    private void RunPosted()
    {
        while (posted.TryDequeue(out var action)) action();
    }

    private void RunDue()
    {
        var now = Clock.Milliseconds();
        while (timers.TryPeek(out var timed, out var due) && due <= now)
        {
            timers.Dequeue();
            if (timed.DueAt == due) timed.OnDue(now);
        }

        waker.WakeAt(timers.TryPeek(out _, out var next) ? next : 0);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "a name query failed")]
    private static partial void LogFailure(ILogger logger, Exception exception);

    private sealed class Waker(NameLoop loop) : Watcher(loop.poll, EventSignal.Create())
    {
        private static readonly byte[] One = BitConverter.GetBytes(1UL);

        public void Wake() => _ = RawIo.Write(Descriptor, One);

        public void WakeAt(long time) => Deadline = time;

        public override void OnEvents(PollEvents events)
        {
            Span<byte> count = stackalloc byte[sizeof(ulong)];
            _ = RawIo.Read(Descriptor, count);
            loop.RunPosted();
        }

        public override void OnDeadline() => loop.RunDue();
    }
}
