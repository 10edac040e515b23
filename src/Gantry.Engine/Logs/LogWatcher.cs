using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Engine.Logs;

/// <summary>Tells followers that a log grew or was rotated. One inotify descriptor and one thread serve all of them, from the first follower on.</summary>
internal sealed class LogWatcher
{
    private const InotifyEvents Interesting = InotifyEvents.Modify | InotifyEvents.Create | InotifyEvents.MovedTo | InotifyEvents.DeleteSelf;
    private readonly Lock gate = new();
    private readonly Dictionary<int, List<LogWatch>> watches = [];
    private Inotify? inotify;

    /// <summary>Watches the directory of a log.</summary>
    public LogWatch Watch(string path)
    {
        lock (gate)
        {
            inotify ??= Begin();
            var number = inotify.Add(Path.GetDirectoryName(path)!, Interesting);
            var watch = new LogWatch(this, number);
            if (!watches.TryGetValue(number, out var list))
            {
                watches[number] = list = [];
            }

            list.Add(watch);
            return watch;
        }
    }

    internal void End(LogWatch watch)
    {
        lock (gate)
        {
            if (watches.TryGetValue(watch.Number, out var list) && list.Remove(watch) && list.Count == 0)
            {
                watches.Remove(watch.Number);
                inotify?.Remove(watch.Number);
            }
        }
    }

    private Inotify Begin()
    {
        var begun = new Inotify();
        new Thread(() => Run(begun), maxStackSize: 128 * 1024) { IsBackground = true, Name = "log watcher" }.Start();
        return begun;
    }

    private void Run(Inotify source)
    {
        try
        {
            while (true)
            {
                foreach (var number in source.Read())
                {
                    lock (gate)
                    {
                        watches.GetValueOrDefault(number)?.ForEach(watch => watch.Signal());
                    }
                }
            }
        }
        catch (LinuxException)
        {
            // Followers read on at their next wake-up through a new descriptor.
            lock (gate)
            {
                inotify = null;
                foreach (var watch in watches.Values.SelectMany(list => list))
                {
                    watch.Signal();
                }
            }
        }
    }
}

/// <summary>A follower's interest in one log.</summary>
internal sealed class LogWatch(LogWatcher owner, int number) : IDisposable
{
    private TaskCompletionSource changed = NewSource();

    public int Number => number;

    /// <summary>Completes when something changed since the last call completed.</summary>
    public async Task ChangedAsync()
    {
        await Volatile.Read(ref changed).Task.ConfigureAwait(false);
        Volatile.Write(ref changed, NewSource());
    }

    public void Dispose() => owner.End(this);

    internal void Signal() => Volatile.Read(ref changed).TrySetResult();

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
