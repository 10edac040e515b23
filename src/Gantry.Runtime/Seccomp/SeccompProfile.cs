using Gantry.Linux.Seccomp;
using Gantry.Runtime.Containers;
using Gantry.Spec;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Seccomp;

/// <summary>A seccomp profile of config.json, compiled.</summary>
internal static class SeccompProfile
{
    private const uint PermissionDenied = 1; // EPERM, the default of the specification

    public static readonly string[] Flags =
        ["SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"];

    private const string Notify = "SCMP_ACT_NOTIFY";

    public static readonly string[] Actions =
    [
        "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY",
        "SCMP_ACT_TRACE", "SCMP_ACT_TRAP",
    ];

    /// <summary>libseccomp's names of the specification's architectures.</summary>
    public static readonly Dictionary<string, string> Architectures = new(StringComparer.Ordinal)
    {
        ["SCMP_ARCH_X86"] = "x86",
        ["SCMP_ARCH_X86_64"] = "x86_64",
        ["SCMP_ARCH_X32"] = "x32",
        ["SCMP_ARCH_ARM"] = "arm",
        ["SCMP_ARCH_AARCH64"] = "aarch64",
        ["SCMP_ARCH_MIPS"] = "mips",
        ["SCMP_ARCH_MIPS64"] = "mips64",
        ["SCMP_ARCH_MIPS64N32"] = "mips64n32",
        ["SCMP_ARCH_MIPSEL"] = "mipsel",
        ["SCMP_ARCH_MIPSEL64"] = "mipsel64",
        ["SCMP_ARCH_MIPSEL64N32"] = "mipsel64n32",
        ["SCMP_ARCH_PPC"] = "ppc",
        ["SCMP_ARCH_PPC64"] = "ppc64",
        ["SCMP_ARCH_PPC64LE"] = "ppc64le",
        ["SCMP_ARCH_RISCV64"] = "riscv64",
        ["SCMP_ARCH_S390"] = "s390",
        ["SCMP_ARCH_S390X"] = "s390x",
        ["SCMP_ARCH_PARISC"] = "parisc",
        ["SCMP_ARCH_PARISC64"] = "parisc64",
        ["SCMP_ARCH_SH"] = "sh",
        ["SCMP_ARCH_SHEB"] = "sheb",
        ["SCMP_ARCH_LOONGARCH64"] = "loongarch64",
        ["SCMP_ARCH_M68K"] = "m68k",
    };

    public static uint FlagsOf(SeccompSpec spec)
    {
        const uint synchronised = 1;
        const uint newListener = 8;
        const uint synchronisedError = 16;
        uint bits = 0;
        foreach (var flag in spec.Flags ?? [])
        {
            var index = Array.IndexOf(Flags, flag);
            bits |= flag switch
            {
                _ when index is >= 0 and < 3 => 1u << index,
                "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" => 1u << 5,
                _ => throw new InvalidArgumentException($"linux.seccomp.flags: {flag} is none of {string.Join(", ", Flags)}"),
            };
        }

        if (!Notifies(spec))
        {
            return bits;
        }

        // A listener beside TSYNC only if a thread that cannot be synchronised is told as an error (seccomp(2)).
        return bits | newListener | ((bits & synchronised) != 0 ? synchronisedError : 0);
    }

    public static byte[] Compile(SeccompSpec spec)
    {
        Check(spec);

        using var compiler = new SeccompCompiler(ActionOf(spec.DefaultAction, spec.DefaultErrnoRet, "linux.seccomp.defaultAction"));
        foreach (var architecture in spec.Architectures ?? [])
        {
            if (!Architectures.TryGetValue(architecture, out var name))
            {
                throw new InvalidArgumentException($"linux.seccomp.architectures: {architecture} is none of {string.Join(", ", Architectures.Keys)}");
            }

            // One that this libseccomp does not know cannot be run here either.
            _ = compiler.TryAddArchitecture(name);
        }

        foreach (var rule in spec.Syscalls ?? [])
        {
            var action = ActionOf(rule.Action, rule.ErrnoRet, "linux.seccomp.syscalls.action");
            var conditions = (rule.Args ?? []).Select(a => new SeccompCondition(a.Index, a.Op, a.Value, a.ValueTwo)).ToArray();
            // Several conditions on one argument are alternatives: libseccomp takes one for each argument and rule.
            var alternatives = conditions.Select(c => c.Index).Distinct().Count() == conditions.Length
                ? [conditions]
                : conditions.Select(c => new[] { c }).ToArray();
            foreach (var name in rule.Names)
            {
                foreach (var alternative in alternatives)
                {
                    compiler.Add(name, action, alternative);
                }
            }
        }

        return compiler.Export();
    }

    private static uint ActionOf(string name, uint? errno, string field) =>
        errno is not null && name is not ("SCMP_ACT_ERRNO" or "SCMP_ACT_TRACE")
            ? throw new InvalidArgumentException($"{field}: {name} has no error number, but {errno} is given: only SCMP_ACT_ERRNO and SCMP_ACT_TRACE have one")
            : SeccompCompiler.ActionOf(name, errno ?? PermissionDenied)
                ?? throw new InvalidArgumentException($"{field}: {name} is none of {string.Join(", ", Actions)}");

    private static void CheckConditions(IReadOnlyList<SeccompArgumentSpec>? conditions, string field)
    {
        for (var i = 0; i < (conditions?.Count ?? 0); i++)
        {
            Fields.Between(conditions![i].Index, 0, 5, $"{Fields.At(field, i)}.index");
            if (!SeccompCompiler.KnownOperators.Contains(conditions[i].Op))
            {
                throw new InvalidArgumentException($"{Fields.At(field, i)}.op: {conditions[i].Op} is none of {string.Join(", ", SeccompCompiler.KnownOperators)}");
            }
        }
    }

    private static bool Notifies(SeccompSpec spec) =>
        spec.DefaultAction == Notify || spec.Syscalls?.Any(s => s.Action == Notify) == true;

    private static void Check(SeccompSpec spec)
    {
        const int mostErrno = 4095; // MAX_ERRNO of the kernel
        Fields.Between(spec.DefaultErrnoRet, 0, mostErrno, "linux.seccomp.defaultErrnoRet");
        for (var i = 0; i < (spec.Syscalls?.Count ?? 0); i++)
        {
            var field = Fields.At("linux.seccomp.syscalls", i);
            Fields.Between(spec.Syscalls![i].ErrnoRet, 0, mostErrno, $"{field}.errnoRet");
            CheckConditions(spec.Syscalls[i].Args, $"{field}.args");
        }

        if (spec.DefaultAction == Notify)
        {
            throw new InvalidArgumentException($"linux.seccomp.defaultAction: {Notify} would ask about the calls that ask, for ever: name system calls for it");
        }

        if (Notifies(spec) && string.IsNullOrEmpty(spec.ListenerPath))
        {
            throw new InvalidArgumentException($"linux.seccomp.listenerPath is missing: {Notify} needs somebody who answers");
        }

        if (string.IsNullOrEmpty(spec.ListenerPath) && !string.IsNullOrEmpty(spec.ListenerMetadata))
        {
            throw new InvalidArgumentException($"linux.seccomp.listenerMetadata: {spec.ListenerMetadata}: it goes to listenerPath, which is missing");
        }

        // The init itself has to tell its parent about the filter after it is loaded.
        foreach (var call in spec.Syscalls?.Where(s => s.Action == Notify).SelectMany(s => s.Names) ?? [])
        {
            if (call is "sendmsg" or "write" or "close")
            {
                throw new InvalidArgumentException($"linux.seccomp.syscalls: {call} with {Notify} would stop the container before its program: nobody could be told");
            }
        }
    }
}
