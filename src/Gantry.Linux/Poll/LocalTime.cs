using Gantry.Linux.Native;

namespace Gantry.Linux.Poll;

/// <summary>A moment on this machine's clock and calendar (localtime_r(3)), without .NET's tables of time zones.</summary>
public readonly unsafe struct LocalTime
{
    private const long Second = 1_000_000_000;
    private const string Months = "JanFebMarAprMayJunJulAugSepOctNovDec";

    private readonly Libc.CalendarTime calendar;
    private readonly int microseconds;

    private LocalTime(Libc.CalendarTime calendar, int microseconds) => (this.calendar, this.microseconds) = (calendar, microseconds);

    public static LocalTime Of(long unixNanoseconds)
    {
        var (seconds, rest) = Math.DivRem(unixNanoseconds, Second);
        Libc.CalendarTime calendar;
        _ = Libc.ToLocalTime(&seconds, &calendar);
        return new LocalTime(calendar, (int)(rest / 1000));
    }

    /// <summary>Writes <c>Nov  3 07:05:09</c> and returns its length.</summary>
    public int FormatStamp(Span<byte> destination)
    {
        for (var i = 0; i < 3; i++)
        {
            destination[i] = (byte)Months[(calendar.Month * 3) + i];
        }

        destination[3] = (byte)' ';
        Number(destination[4..], calendar.Day, 2);
        if (calendar.Day < 10)
        {
            destination[4] = (byte)' ';
        }

        destination[6] = (byte)' ';
        return 7 + Clock(destination[7..]);
    }

    /// <summary>Writes <c>2026-11-03T07:05:09.123456+01:00</c> (RFC 3339) and returns its length.</summary>
    public int FormatFull(Span<byte> destination, bool microseconds)
    {
        Number(destination, calendar.Year + 1900, 4);
        destination[4] = destination[7] = (byte)'-';
        Number(destination[5..], calendar.Month + 1, 2);
        Number(destination[8..], calendar.Day, 2);
        destination[10] = (byte)'T';
        var length = 11 + Clock(destination[11..]);
        if (microseconds)
        {
            destination[length] = (byte)'.';
            Number(destination[(length + 1)..], this.microseconds, 6);
            length += 7;
        }

        return length + Offset(destination[length..]);
    }

    private int Clock(Span<byte> destination)
    {
        Number(destination, calendar.Hour, 2);
        Number(destination[3..], calendar.Minute, 2);
        Number(destination[6..], calendar.Second, 2);
        destination[2] = destination[5] = (byte)':';
        return 8;
    }

    private int Offset(Span<byte> destination)
    {
        if (calendar.Offset == 0)
        {
            destination[0] = (byte)'Z';
            return 1;
        }

        destination[0] = calendar.Offset < 0 ? (byte)'-' : (byte)'+';
        var minutes = (int)(Math.Abs(calendar.Offset) / 60);
        Number(destination[1..], minutes / 60, 2);
        destination[3] = (byte)':';
        Number(destination[4..], minutes % 60, 2);
        return 6;
    }

    private static void Number(Span<byte> destination, int value, int digits)
    {
        for (var i = digits - 1; i >= 0; i--)
        {
            destination[i] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }
}
