using System.Globalization;
using System.Runtime;
using Gantry.Linux.Native;

namespace Gantry.Linux.Poll;

/// <summary>Gives memory back that a process which now mostly waits does not need.</summary>
public static unsafe class ResidentMemory
{
    private const int DoNotNeed = 4;

    /// <summary>
    /// Frees the garbage and the free parts of both heaps, and forgets the pages of program and libraries: they come
    /// back from the page cache as they are used (madvise(2), MADV_DONTNEED on clean file pages).
    /// </summary>
    public static void Trim()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _ = Libc.TrimHeap(0);
        try
        {
            ForgetFilePages();
        }
        catch (IOException)
        {
            // Without /proc nothing is lost but the saving.
        }
    }

    private static void ForgetFilePages()
    {
        // Gathered first: reading the file is itself a use of those pages.
        Span<(nint Start, nint End)> ranges = stackalloc (nint, nint)[64];
        var count = 0;
        (nint Start, nint End) current = default;
        foreach (var line in File.ReadLines("/proc/self/smaps"))
        {
            if (line.StartsWith("Anonymous:", StringComparison.Ordinal))
            {
                // What was ever written there, as the dynamic linker does (RELRO), is ours alone and would be gone.
                if (current.Start != 0 && count < ranges.Length && line.EndsWith(" 0 kB", StringComparison.Ordinal))
                {
                    ranges[count++] = current;
                }
            }
            else if (line[0] is (>= '0' and <= '9') or (>= 'a' and <= 'f'))
            {
                current = IsReadOnlyFile(line) ? RangeOf(line) : default;
            }
        }

        for (var i = 0; i < count; i++)
        {
            _ = Libc.Advise(ranges[i].Start, (nuint)(ranges[i].End - ranges[i].Start), DoNotNeed);
        }
    }

    // "7f25da8aa000-7f25daa00000 r-xp 00026000 fe:00 332096   /usr/lib/…" (proc_pid_maps(5))
    private static bool IsReadOnlyFile(string line) =>
        line[line.IndexOf(' ', StringComparison.Ordinal) + 2] == '-' && line.Contains(" /", StringComparison.Ordinal);

    private static (nint Start, nint End) RangeOf(string line)
    {
        var dash = line.IndexOf('-', StringComparison.Ordinal);
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        return nint.TryParse(line.AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var start)
            && nint.TryParse(line.AsSpan(dash + 1, space - dash - 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var end)
            ? (start, end)
            : default;
    }
}
