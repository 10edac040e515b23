using System.Runtime.InteropServices;
using Gantry.Linux.Files;
using Gantry.Linux.Native;

namespace Gantry.Linux.Terminals;

/// <summary>Terminal settings and sizes (termios(3), ioctl_tty(2)).</summary>
public static unsafe partial class Terminal
{
    private const int GetSizeRequest = 0x5413;
    private const int SetSizeRequest = 0x5414;
    private const int OpenPeerRequest = 0x5441; // TIOCGPTPEER
    private const int SettingsSize = 64; // struct termios of glibc is 60 bytes

    public static bool IsTerminal(int descriptor)
    {
        var size = stackalloc ushort[4];
        return Raw.Call(SyscallNumber.Ioctl, descriptor, GetSizeRequest, (nint)size) >= 0;
    }

    /// <summary>Null when the descriptor is no terminal.</summary>
    public static (ushort Rows, ushort Columns)? SizeOf(int descriptor)
    {
        var size = stackalloc ushort[4];
        return Raw.Call(SyscallNumber.Ioctl, descriptor, GetSizeRequest, (nint)size) >= 0 ? (size[0], size[1]) : null;
    }

    /// <summary>Sets the size; its foreground process group gets SIGWINCH.</summary>
    public static void Resize(SafeHandle terminal, ushort rows, ushort columns)
    {
        using var held = new HeldDescriptor(terminal);
        var size = stackalloc ushort[4];
        size[0] = rows;
        size[1] = columns;
        size[2] = size[3] = 0;
        var result = Raw.Call(SyscallNumber.Ioctl, held.Number, SetSizeRequest, (nint)size);
        if (result < 0)
        {
            throw new LinuxException("ioctl", (Errno)(-result), $"size {rows}x{columns}");
        }
    }

    /// <summary>
    /// The other end of a master (pty(7)). As long as someone has it open, the master never hangs up, whatever the programs in
    /// the terminal close and open again.
    /// </summary>
    public static FileDescriptor OpenOtherEnd(SafeHandle master)
    {
        using var held = new HeldDescriptor(master);
        var result = Raw.Call(SyscallNumber.Ioctl, held.Number, OpenPeerRequest, (OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal).ToNative());
        return result >= 0 ? new FileDescriptor((int)result) : throw new LinuxException("ioctl", (Errno)(-result), "TIOCGPTPEER");
    }

    /// <summary>Makes a terminal raw: every byte is passed on as it is. Disposing the result restores it.</summary>
    public static IDisposable MakeRaw(int descriptor) => new RawMode(descriptor);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetAttributes(int descriptor, byte* settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int SetAttributes(int descriptor, int when, byte* settings);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw(byte* settings);

    private sealed class RawMode : IDisposable
    {
        private readonly int descriptor;
        private readonly byte[] before = new byte[SettingsSize];

        public RawMode(int descriptor)
        {
            this.descriptor = descriptor;
            fixed (byte* settings = before)
            {
                Libc.Check(GetAttributes(descriptor, settings), "tcgetattr");
                var raw = stackalloc byte[SettingsSize];
                before.CopyTo(new Span<byte>(raw, SettingsSize));
                MakeRaw(raw);
                Libc.Check(SetAttributes(descriptor, 0, raw), "tcsetattr");
            }
        }

        public void Dispose()
        {
            fixed (byte* settings = before)
            {
                _ = SetAttributes(descriptor, 0, settings);
            }
        }
    }
}
