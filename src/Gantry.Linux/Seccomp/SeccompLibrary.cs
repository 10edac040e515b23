using System.Runtime.InteropServices;

namespace Gantry.Linux.Seccomp;

/// <summary>libseccomp (https://github.com/seccomp/libseccomp, man seccomp_init(3)), loaded only when a filter must be compiled.</summary>
internal sealed unsafe class SeccompLibrary
{
    private static SeccompLibrary? loaded;

    private SeccompLibrary(nint library)
    {
        Init = (delegate* unmanaged<uint, nint>)NativeLibrary.GetExport(library, "seccomp_init");
        Release = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(library, "seccomp_release");
        AddArchitecture = (delegate* unmanaged<nint, uint, int>)NativeLibrary.GetExport(library, "seccomp_arch_add");
        ResolveArchitecture = (delegate* unmanaged<byte*, uint>)NativeLibrary.GetExport(library, "seccomp_arch_resolve_name");
        NativeArchitecture = (delegate* unmanaged<uint>)NativeLibrary.GetExport(library, "seccomp_arch_native");
        SetAttribute = (delegate* unmanaged<nint, int, uint, int>)NativeLibrary.GetExport(library, "seccomp_attr_set");
        ResolveSystemCall = (delegate* unmanaged<byte*, int>)NativeLibrary.GetExport(library, "seccomp_syscall_resolve_name");
        AddRule = (delegate* unmanaged<nint, uint, int, uint, SeccompComparison*, int>)NativeLibrary.GetExport(library, "seccomp_rule_add_array");
        Export = (delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(library, "seccomp_export_bpf");
    }

    /// <summary>Whether it is installed.</summary>
    public static bool IsAvailable => loaded is not null || TryLoad();

    public static SeccompLibrary Current => IsAvailable
        ? loaded!
        : throw new LinuxException("dlopen", Errno.ENOENT, "libseccomp.so.2 (Debian package libseccomp2), which compiles system call filters");

    public delegate* unmanaged<uint, nint> Init { get; }

    public delegate* unmanaged<nint, void> Release { get; }

    public delegate* unmanaged<nint, uint, int> AddArchitecture { get; }

    public delegate* unmanaged<byte*, uint> ResolveArchitecture { get; }

    public delegate* unmanaged<uint> NativeArchitecture { get; }

    public delegate* unmanaged<nint, int, uint, int> SetAttribute { get; }

    public delegate* unmanaged<byte*, int> ResolveSystemCall { get; }

    public delegate* unmanaged<nint, uint, int, uint, SeccompComparison*, int> AddRule { get; }

    public delegate* unmanaged<nint, int, int> Export { get; }

    private static bool TryLoad()
    {
        if (!NativeLibrary.TryLoad("libseccomp.so.2", out var library))
        {
            return false;
        }

        loaded = new(library);
        return true;
    }
}

/// <summary>struct scmp_arg_cmp.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SeccompComparison
{
    public uint Argument;
    public int Operator;
    public ulong First;
    public ulong Second;
}
