using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gantry.Cli.Terminals;

/// <summary>termios(3), ioctl_tty(2), read(2), openat(2), statx(2), execve(2): simple arguments only, so that no unsafe code is needed.</summary>
internal static class LibC
{
    public const int TcsaNow = 0;
    public const int SigPipe = 13;
    public const int CurrentDirectory = -100; // AT_FDCWD
    public const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    public const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    public const uint BasicStatus = 0x7FF; // STATX_BASIC_STATS
    public const nint DefaultAction = 0; // SIG_DFL
    public const ulong TiocGWinSz = 0x5413;

    [InlineArray(32)]
    public struct ControlCharacters
    {
        private byte _first;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Termios
    {
        public uint InputFlags;
        public uint OutputFlags;
        public uint ControlFlags;
        public uint LocalFlags;
        public byte Line;
        public ControlCharacters Characters;
        public uint InputSpeed;
        public uint OutputSpeed;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort Width;
        public ushort Height;
    }

    /// <summary>struct statx as far as it is used; its size is that of the whole.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct Statx
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

#pragma warning disable SYSLIB1054 // LibraryImport generates unsafe code, which only Gantry.Linux may hold, and that is not referenced from here.
    [DllImport("libc", EntryPoint = "isatty")]
    public static extern int IsATty(int descriptor);

    [DllImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    public static extern int TcGetAttr(int descriptor, ref Termios settings);

    [DllImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    public static extern int TcSetAttr(int descriptor, int when, ref Termios settings);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static extern int Ioctl(int descriptor, ulong request, ref WindowSize size);

    [DllImport("libc", EntryPoint = "read", SetLastError = true)]
    public static extern nint Read(int descriptor, ref byte buffer, nuint length);

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    public static extern nint Write(int descriptor, ref readonly byte buffer, nuint length);

    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static extern int Poll(ref PollDescriptor descriptors, nuint count, int milliseconds);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false)]
    public static extern int StatX(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, out Statx status);

    /// <summary>Without a mode: for what is there.</summary>
    [DllImport("libc", EntryPoint = "openat", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false)]
    public static extern int OpenAt(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "close")]
    public static extern int Close(int descriptor);

    [DllImport("libc", EntryPoint = "link", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false)]
    public static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string path);

    [DllImport("libc", EntryPoint = "signal")]
    public static extern nint Signal(int signal, nint action);

    /// <summary>Returns only where it failed. The lists end with null; LPStr is UTF-8 on Unix.</summary>
    [DllImport("libc", EntryPoint = "execve", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false)]
    public static extern int ExecVE([MarshalAs(UnmanagedType.LPUTF8Str)] string path, [MarshalAs(UnmanagedType.LPArray, ArraySubType = UnmanagedType.LPStr)] string?[] arguments, [MarshalAs(UnmanagedType.LPArray, ArraySubType = UnmanagedType.LPStr)] string?[] environment);
#pragma warning restore SYSLIB1054
}
