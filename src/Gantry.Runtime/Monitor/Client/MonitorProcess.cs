using Gantry.Linux.Poll;

namespace Gantry.Runtime.Monitor.Client;

/// <summary>The monitor as a child process of this one.</summary>
internal static class MonitorProcess
{
    /// <summary>Reaps a monitor that has ended or soon will: it goes once its last slow client is served.</summary>
    public static async Task ReapAsync(int processId)
    {
        var pause = TimeSpan.FromMilliseconds(1);
        while (!ChildProcess.TryReap(processId))
        {
            await Task.Delay(pause).ConfigureAwait(false);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, TimeSpan.TicksPerSecond));
        }
    }
}
