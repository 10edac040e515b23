using System.Globalization;
using Gantry.Linux.Files;
using Gantry.Linux.Native;
using Gantry.Linux.Plans;

namespace Gantry.Linux.Processes;

/// <summary>User namespaces that hold a mapping and no process, for id-mapped mounts.</summary>
public static unsafe class UserNamespace
{
    /// <param name="uidMap">Lines of <c>inside outside count</c> (user_namespaces(7)).</param>
    /// <param name="gidMap">As <paramref name="uidMap"/>.</param>
    public static FileDescriptor Create(string uidMap, string gidMap)
    {
        const int kill = 9;
        // A namespace begins with a process; this one waits for a word that never comes.
        using var plan = new Plan();
        plan.AwaitParent();
        using var process = PlannedProcess.Start(plan, Namespaces.User);
        try
        {
            var directory = string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Pid}/");
            File.WriteAllText(directory + "uid_map", uidMap);
            File.WriteAllText(directory + "gid_map", gidMap);
            fixed (byte* path = new UnixPath(directory + "ns/user"))
            {
                var number = Raw.OpenAt(Libc.AtFdCwd, path, OpenFlags.ReadOnly);
                return number >= 0 ? new(number) : throw new LinuxException("open", (Errno)(-number), "user namespace");
            }
        }
        finally
        {
            process.PidFd.TrySignal(kill);
            process.PidFd.Wait();
        }
    }
}
