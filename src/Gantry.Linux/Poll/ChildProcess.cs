using System.Globalization;
using System.Text;
using Gantry.Linux.Files;
using Gantry.Linux.Native;

namespace Gantry.Linux.Poll;

/// <summary>A child of this process by its number, reaped by nobody else.</summary>
public static unsafe class ChildProcess
{
    private const int NoHang = 1;

    /// <summary>The numbers of all children of this process (proc(5), <c>/proc/PID/task/TID/children</c>).</summary>
    public static HashSet<int> All()
    {
        var all = new HashSet<int>();
        foreach (var thread in Directory.EnumerateDirectories("/proc/self/task"))
        {
            foreach (var number in Encoding.ASCII.GetString(HostFile.ReadAllBytes(Path.Combine(thread, "children"))).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                all.Add(int.Parse(number, CultureInfo.InvariantCulture));
            }
        }

        return all;
    }

    /// <summary>Reaps the child if it has ended. One that is not ours (any more) counts as reaped.</summary>
    public static bool TryReap(int pid)
    {
        int result;
        do
        {
            result = Libc.WaitPid(pid, null, NoHang);
        }
        while (result < 0 && Libc.LastError == Errno.EINTR);
        return result != 0;
    }
}
