using System.Globalization;
using Gantry.Spec;

namespace Gantry.Runtime.Containers;

/// <summary>Processors as <c>0-3,7</c> (cpuset(7), list format).</summary>
internal static class CpuList
{
    private const int Most = 8192;

    /// <summary>A bit for each processor; whole words, as sched_setaffinity(2) takes them.</summary>
    public static byte[] Parse(string list, string field, string what = "processors")
    {
        var mask = new byte[Most / 8];
        foreach (var part in list.Split(',', StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !TryNumber(ends[0], out var first) || !TryNumber(ends[^1], out var last) || last < first)
            {
                throw new InvalidArgumentException($"{field}: {list} is not a list of {what} such as 0-3,7");
            }

            for (var cpu = first; cpu <= last; cpu++)
            {
                mask[cpu / 8] |= (byte)(1 << (cpu % 8));
            }
        }

        return mask;
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < Most;
}
