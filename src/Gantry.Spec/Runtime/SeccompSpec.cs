namespace Gantry.Spec.Runtime;

/// <summary>A system call filter (config-linux.md, seccomp).</summary>
public sealed record SeccompSpec
{
    /// <summary>SCMP_ACT_ERRNO and so on.</summary>
    public required string DefaultAction { get; init; }

    public uint? DefaultErrnoRet { get; init; }

    /// <summary>SCMP_ARCH_X86_64 and so on.</summary>
    public IReadOnlyList<string>? Architectures { get; init; }

    public IReadOnlyList<string>? Flags { get; init; }

    public string? ListenerPath { get; init; }

    public string? ListenerMetadata { get; init; }

    public IReadOnlyList<SeccompSyscallSpec>? Syscalls { get; init; }
}

public sealed record SeccompSyscallSpec
{
    public required IReadOnlyList<string> Names { get; init; }

    public required string Action { get; init; }

    public uint? ErrnoRet { get; init; }

    public IReadOnlyList<SeccompArgumentSpec>? Args { get; init; }
}

public sealed record SeccompArgumentSpec
{
    public uint Index { get; init; }

    public ulong Value { get; init; }

    public ulong ValueTwo { get; init; }

    /// <summary>SCMP_CMP_EQ and so on.</summary>
    public required string Op { get; init; }
}
