using Gantry.Spec;

namespace Gantry.Runtime.Containers;

/// <summary>
/// AppArmor profiles, which others have loaded into the kernel: a process asks to be confined by one from its next execve
/// on (Documentation/admin-guide/LSM/apparmor.rst, aa_change_onexec(2)).
/// </summary>
internal static class AppArmor
{
    /// <summary>Of the host's /proc: what an image has at that path is of no matter (CVE-2019-16884).</summary>
    public const string OnExecute = "/proc/self/attr/apparmor/exec";

    private const string Directory = "/sys/kernel/security/apparmor";

    public static bool IsEnabled => System.IO.Directory.Exists(Directory);

    public static bool IsWanted(string? profile) => !string.IsNullOrEmpty(profile) && profile != "unconfined";

    /// <exception cref="UnsupportedException">The kernel has no AppArmor: no profile is ever left out silently.</exception>
    /// <exception cref="InvalidArgumentException">The profile is not loaded.</exception>
    public static void Check(string? profile, string field)
    {
        if (!IsWanted(profile))
        {
            return;
        }

        if (!IsEnabled)
        {
            throw new UnsupportedException($"{field}: {profile}: this kernel has no AppArmor");
        }

        // A line is "name (mode)".
        if (!File.ReadLines(Directory + "/profiles").Any(line => line.StartsWith(profile + " (", StringComparison.Ordinal)))
        {
            throw new InvalidArgumentException($"{field}: {profile}: no such profile is loaded: load it with apparmor_parser");
        }
    }
}
