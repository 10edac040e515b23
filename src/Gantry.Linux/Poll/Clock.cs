using Gantry.Linux.Native;

namespace Gantry.Linux.Poll;

/// <summary>The kernel's clocks in their own units (clock_gettime(2)).</summary>
public static unsafe class Clock
{
    private const int RealTime = 0;
    private const int Monotonic = 1;

    /// <summary>Nanoseconds since 1970, UTC.</summary>
    public static long Now()
    {
        Libc.TimeSpec time;
        _ = Libc.GetTime(RealTime, &time);
        return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
    }

    /// <summary>Milliseconds that never go back.</summary>
    public static long Milliseconds()
    {
        Libc.TimeSpec time;
        _ = Libc.GetTime(Monotonic, &time);
        return (time.Seconds * 1000) + (time.Nanoseconds / 1_000_000);
    }
}
