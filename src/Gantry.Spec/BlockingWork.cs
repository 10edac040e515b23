namespace Gantry.Spec;

/// <summary>
/// Work that blocks on files, on the network or on who sends, on threads of its own. They wait a while for more: to begin a
/// thread takes milliseconds where the processors are busy.
/// </summary>
public static class BlockingWork
{
    private static readonly TaskFactory Factory = new(
        CancellationToken.None, TaskCreationOptions.DenyChildAttach | TaskCreationOptions.HideScheduler, TaskContinuationOptions.None, new Threads());

    /// <param name="cancellationToken">It does not begin once this is cancelled.</param>
    public static Task RunAsync(Action work, CancellationToken cancellationToken = default) => Factory.StartNew(work, cancellationToken);

    /// <inheritdoc cref="RunAsync(Action, CancellationToken)"/>
    public static Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken = default) => Factory.StartNew(work, cancellationToken);

    /// <summary>As many threads as there is work: none waits for another.</summary>
    private sealed class Threads : TaskScheduler
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
        private readonly object gate = new();
        private readonly Queue<Task> queue = [];
        private int waiting;

        protected override void QueueTask(Task task)
        {
            lock (gate)
            {
                queue.Enqueue(task);
                if (waiting >= queue.Count)
                {
                    Monitor.Pulse(gate);
                    return;
                }
            }

            new Thread(Serve) { IsBackground = true, Name = "blocking work" }.UnsafeStart();
        }

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

        protected override IEnumerable<Task> GetScheduledTasks()
        {
            lock (gate)
            {
                return [.. queue];
            }
        }

        private void Serve()
        {
            while (Next() is { } task)
            {
                TryExecuteTask(task);
            }
        }

        private Task? Next()
        {
            lock (gate)
            {
                while (queue.Count == 0)
                {
                    waiting++;
                    var isCalled = Monitor.Wait(gate, Patience);
                    waiting--;
                    if (!isCalled && queue.Count == 0)
                    {
                        return null;
                    }
                }

                return queue.Dequeue();
            }
        }
    }
}
