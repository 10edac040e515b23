using Gantry.Linux.Native;

namespace Gantry.Linux.Poll;

/// <summary>Signals that end a process by default, and shall not end this one (signal(7)). What it starts must restore them.</summary>
public static class IgnoredSignals
{
    private const int IgnoreAction = 1;

    // HUP INT QUIT USR1 USR2 PIPE ALRM TERM
    private static ReadOnlySpan<byte> Ending => [1, 2, 3, 10, 12, 13, 14, 15];

    public static void Ignore()
    {
        foreach (var signal in Ending)
        {
            _ = Libc.SetSignalAction(signal, IgnoreAction);
        }
    }
}
