using System.Runtime.InteropServices;

namespace Gantry.Linux.Native;

internal static unsafe partial class Libc
{
    /// <summary>struct tm, https://man7.org/linux/man-pages/man3/tm.3type.html</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct CalendarTime
    {
        public int Second;
        public int Minute;
        public int Hour;
        public int Day;
        public int Month;
        public int Year;
        public int WeekDay;
        public int YearDay;
        public int IsDaylightSaving;
        public long Offset;
        public byte* Zone;
    }

    [LibraryImport("libc", EntryPoint = "localtime_r")]
    public static partial CalendarTime* ToLocalTime(long* seconds, CalendarTime* result);
}
