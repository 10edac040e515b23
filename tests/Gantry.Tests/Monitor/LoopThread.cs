using System.Collections.Concurrent;
using Gantry.Linux.Poll;

namespace Gantry.Tests.Monitor;

/// <summary>A loop on a thread of its own, as a monitor has it.</summary>
internal sealed class LoopThread : IDisposable
{
    private readonly ConcurrentQueue<Action> posted = new();
    private readonly Thread thread;
    private readonly Waker waker;
    private volatile bool stopping;
    private volatile int rounds;

    public LoopThread()
    {
        waker = new Waker(this, Loop);
        thread = new Thread(() =>
        {
            waker.Watch(PollEvents.Readable);
            Loop.Run(() => ++rounds < 0 || stopping);
            waker.Dispose();
        }) { IsBackground = true };
        thread.Start();
    }

    public PollLoop Loop { get; } = new();

    /// <summary>How often the loop woke.</summary>
    public int Rounds => rounds;

    /// <summary>Something done on the loop's thread; what it throws is thrown here.</summary>
    public void Do(Action action)
    {
        using var done = new ManualResetEventSlim();
        Exception? failure = null;
        posted.Enqueue(() =>
        {
            failure = Record.Exception(action);
            done.Set();
        });
        waker.Wake();
        done.Wait();
        if (failure is not null) throw failure;
    }

    public void Dispose()
    {
        stopping = true;
        waker.Wake();
        thread.Join();
        Loop.Dispose();
    }

    private sealed class Waker(LoopThread owner, PollLoop loop) : Watcher(loop, EventSignal.Create())
    {
        public void Wake() => RawIo.Write(Descriptor, BitConverter.GetBytes(1UL));

        public override void OnEvents(PollEvents events)
        {
            RawIo.Read(Descriptor, stackalloc byte[8]);
            while (owner.posted.TryDequeue(out var action)) action();
        }
    }
}
