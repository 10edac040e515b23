using Gantry.Linux.Poll;

namespace Gantry.Server.Hosting;

/// <summary>Gives memory back when nobody asks for anything: what the start needed, and what a busy time left.</summary>
internal sealed class QuietMemory : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private long last;
    private int isWaiting = 1;

    public QuietMemory(TimeProvider time)
    {
        this.time = time;
        last = time.GetTimestamp();
        timer = time.CreateTimer(_ => Look(), null, Quiet, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A request came.</summary>
    public void Note()
    {
        Volatile.Write(ref last, time.GetTimestamp());
        if (Interlocked.Exchange(ref isWaiting, 1) == 0)
        {
            timer.Change(Quiet, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        var quiet = time.GetElapsedTime(Volatile.Read(ref last));
        if (quiet < Quiet)
        {
            timer.Change(Quiet - quiet, Timeout.InfiniteTimeSpan);
            return;
        }

        Volatile.Write(ref isWaiting, 0);
        ResidentMemory.Trim();
    }
}
