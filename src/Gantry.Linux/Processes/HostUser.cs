using System.Runtime.InteropServices;
using Gantry.Linux.Files;

namespace Gantry.Linux.Processes;

/// <summary>Who this process is, and whether that is somebody for the whole machine.</summary>
public static partial class HostUser
{
    private static bool? isInitial;

    public static uint EffectiveUserId => GetEffectiveUserId();

    public static uint EffectiveGroupId => GetEffectiveGroupId();

    /// <summary>
    /// Root of the machine. In a user namespace, as engines without privileges have one, root is somebody else: most of
    /// the machine is not its own.
    /// </summary>
    public static bool IsPrivileged => EffectiveUserId == 0 && IsInitialNamespace;

    /// <summary>Whether it may write any id mapping, of those that its own namespace has.</summary>
    public static bool MaySetIds => EffectiveUserId == 0;

    /// <summary>Whether processes may change their supplementary groups (user_namespaces(7)).</summary>
    public static bool MaySetGroups
    {
        get
        {
            try
            {
                return HostFile.ReadAllText("/proc/self/setgroups").Trim() != "deny";
            }
            catch (LinuxException)
            {
                return true;
            }
        }
    }

    private static bool IsInitialNamespace
    {
        get
        {
            // The whole range, onto itself, is what only the first one has.
            const string everybody = "0 0 4294967295";
            isInitial ??= string.Join(' ', HostFile.ReadAllText("/proc/self/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) == everybody;
            return isInitial.Value;
        }
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint GetEffectiveGroupId();
}
