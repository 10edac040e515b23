using System.Numerics;

namespace Gantry.Linux.Processes;

/// <summary>A set of capabilities (capabilities(7)), bit by number.</summary>
public readonly record struct CapabilitySet(ulong Bits)
{
    private static readonly string[] Names =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID",
        "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK",
        "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN",
        "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE",
        "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM",
        "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
    ];

    /// <summary>All names, in the order of their numbers.</summary>
    public static IReadOnlyList<string> All => Names;

    public static CapabilitySet Empty => default;

    public bool Contains(CapabilitySet other) => (Bits & other.Bits) == other.Bits;

    public CapabilitySet Union(CapabilitySet other) => new(Bits | other.Bits);

    public CapabilitySet Intersect(CapabilitySet other) => new(Bits & other.Bits);

    public CapabilitySet Except(CapabilitySet other) => new(Bits & ~other.Bits);

    /// <summary>One capability by its kernel name, <c>CAP_NET_RAW</c>, in any case.</summary>
    public static bool TryParse(string name, out CapabilitySet capability)
    {
        var index = Array.FindIndex(Names, n => n.Equals(name, StringComparison.OrdinalIgnoreCase));
        capability = index < 0 ? default : new(1UL << index);
        return index >= 0;
    }

    /// <summary>The names of those in it, in the order of their numbers.</summary>
    public IReadOnlyList<string> ToNames()
    {
        List<string> names = [];
        for (var bits = Bits; bits != 0; bits &= bits - 1)
        {
            var number = BitOperations.TrailingZeroCount(bits);
            names.Add(number < Names.Length ? Names[number] : $"capability {number}");
        }

        return names;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(',', ToNames());
}
