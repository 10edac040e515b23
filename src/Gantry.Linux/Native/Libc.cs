using System.Runtime.InteropServices;
using System.Text;

namespace Gantry.Linux.Native;

/// <summary>The C library's entry points. What has no wrapper there, or one that is not safe here, goes through syscall(2).</summary>
internal static unsafe partial class Libc
{
    public const int AtFdCwd = -100;
    public const int AtEmptyPath = 0x1000;
    public const int AtSymlinkNoFollow = 0x100;
    public const int AtSymlinkFollow = 0x400;
    public const int AtRecursive = 0x8000;
    public const int AtRemoveDir = 0x200;

    private const int DuplicateCloseOnExec = 1030;

    public static Errno LastError => (Errno)Marshal.GetLastPInvokeError();

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint Syscall(nint number, nint a = 0, nint b = 0, nint c = 0, nint d = 0, nint e = 0, nint f = 0);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(int descriptor, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "strerror_r")]
    private static partial byte* StrErrorR(int errno, byte* buffer, nuint length);

    public static int Duplicate(SafeHandle handle)
    {
        using var held = new HeldDescriptor(handle);
        return Check(Fcntl(held.Number, DuplicateCloseOnExec, 0), "fcntl");
    }

    public static int Check(nint result, string call, string? subject = null) =>
        result >= 0 ? (int)result : throw new LinuxException(call, LastError, subject);

    public static string ErrorText(int errno)
    {
        var buffer = stackalloc byte[256];
        var text = Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(StrErrorR(errno, buffer, 256)));
        // Lower case inside a sentence, but names such as RPC or I/O stay.
        return text.Length > 1 && char.IsLower(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }
}
