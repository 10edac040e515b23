using Gantry.Linux.Processes;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Bundles;

/// <summary>Which capabilities a container gets (capabilities(7)).</summary>
internal static class CapabilityNames
{
    private static readonly string[] All =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID",
        "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK",
        "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN",
        "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE",
        "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM",
        "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
    ];

    private static readonly string[] Defaults =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID", "CAP_SETFCAP",
        "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE",
    ];

    // Not all the kernel knows, where this daemon is in a container itself.
    private static IReadOnlyList<string> Available { get; } = [.. All.Intersect(Capabilities.Bounding.ToNames())];

    /// <summary>Docker's rules: ALL in one list is everything but the other list.</summary>
    public static IReadOnlyList<string> Resolve(HostConfig host)
    {
        var add = Normalise(host.CapAdd, "CapAdd");
        var drop = Normalise(host.CapDrop, "CapDrop");
        if (host.Privileged)
        {
            return Available;
        }

        if (host.CapAdd is null or { Length: 0 } && host.CapDrop is null or { Length: 0 })
        {
            return Defaults;
        }

        if (add.Contains("ALL"))
        {
            return [.. Available.Where(name => !drop.Contains(name))];
        }

        return drop.Contains("ALL")
            ? [.. All.Where(add.Contains)]
            : [.. Defaults.Where(name => !drop.Contains(name)), .. add.Where(name => !Defaults.Contains(name))];
    }

    private static List<string> Normalise(string[]? names, string member)
    {
        var result = new List<string>();
        foreach (var name in names ?? [])
        {
            var upper = name.ToUpperInvariant();
            upper = upper is "ALL" or "CAP_ALL" ? "ALL" : upper.StartsWith("CAP_", StringComparison.Ordinal) ? upper : "CAP_" + upper;
            if (upper != "ALL" && !All.Contains(upper))
            {
                throw new InvalidArgumentException($"invalid {member}: unknown capability: \"{upper}\"");
            }

            if (!result.Contains(upper))
            {
                result.Add(upper);
            }
        }

        return result;
    }
}
