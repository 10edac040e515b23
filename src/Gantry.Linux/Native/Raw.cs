using System.Runtime.InteropServices;
using Gantry.Linux.Files;

namespace Gantry.Linux.Native;

/// <summary>
/// System calls that return minus errno, with nothing of .NET around them: no transition that waits for the garbage
/// collector, no saved error, no marshalling. This is all that may be called between clone and execve.
/// </summary>
internal static unsafe partial class Raw
{
    /// <summary>
    /// Binds the two entry points this class uses. Called before clone: a first call inside the child would go to the
    /// dynamic linker.
    /// </summary>
    public static void Bind()
    {
        _ = Call(-1);
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    [SuppressGCTransition]
    private static partial nint Syscall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    [LibraryImport("libc", EntryPoint = "__errno_location")]
    [SuppressGCTransition]
    private static partial int* ErrnoLocation();

    public static int Call(int number, nint a = 0, nint b = 0, nint c = 0, nint d = 0, nint e = 0, nint f = 0)
    {
        var result = Syscall(number, a, b, c, d, e, f);
        return result < 0 ? -*ErrnoLocation() : (int)result;
    }

    public static int Close(int descriptor) => Call(SyscallNumber.Close, descriptor);

    public static int Read(int descriptor, void* buffer, int length) => Call(SyscallNumber.Read, descriptor, (nint)buffer, length);

    public static int Write(int descriptor, void* buffer, int length) => Call(SyscallNumber.Write, descriptor, (nint)buffer, length);

    public static int OpenAt(int directory, byte* path, OpenFlags flags, uint mode = 0) =>
        Call(SyscallNumber.OpenAt, directory, (nint)path, flags.ToNative(), (nint)mode);

    public static int OpenAt2(int directory, byte* path, OpenFlags flags, uint mode, ResolveFlags resolve)
    {
        var how = new Libc.OpenHow { Flags = (ulong)flags.ToNative(), Mode = mode, Resolve = (ulong)resolve };
        int result;
        do
        {
            // EAGAIN: a rename raced with RESOLVE_IN_ROOT's walk, to be tried again (openat2(2)).
            result = Call(SyscallNumber.OpenAt2, directory, (nint)path, (nint)(&how), sizeof(Libc.OpenHow));
        }
        while (result is -(int)Errno.EINTR or -(int)Errno.EAGAIN);
        return result;
    }

    public static int MkdirAt(int directory, byte* path, uint mode) => Call(SyscallNumber.MkdirAt, directory, (nint)path, (nint)mode);

    public static int MknodAt(int directory, byte* path, uint mode, ulong device) =>
        Call(SyscallNumber.MknodAt, directory, (nint)path, (nint)mode, (nint)device);

    public static int SymlinkAt(byte* target, int directory, byte* path) =>
        Call(SyscallNumber.SymlinkAt, (nint)target, directory, (nint)path);

    public static int ReadLinkAt(int directory, byte* path, byte* buffer, int length) =>
        Call(SyscallNumber.ReadLinkAt, directory, (nint)path, (nint)buffer, length);

    public static int Statx(int directory, byte* path, int flags, StatxBuffer* buffer) =>
        Call(SyscallNumber.Statx, directory, (nint)path, flags, (nint)Libc.StatxBasic, (nint)buffer);
}
