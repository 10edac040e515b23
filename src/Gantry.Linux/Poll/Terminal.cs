using Gantry.Linux.Native;

namespace Gantry.Linux.Poll;

/// <summary>The master of a pseudo-terminal (pty(7)).</summary>
public static unsafe class Terminal
{
    private const uint SetSize = 0x5414; // TIOCSWINSZ
    private const uint OpenPeer = 0x5441; // TIOCGPTPEER
    private const int ReadWrite = 2;
    private const int NoControllingTerminal = 0x100;
    private const int CloseOnExec = 0x80000;

    /// <summary>Sets its size; programs in it hear of it by SIGWINCH (ioctl_tty(2)).</summary>
    public static void Resize(FileDescriptor master, ushort rows, ushort columns)
    {
        var size = stackalloc ushort[] { rows, columns, 0, 0 };
        using var held = new HeldDescriptor(master);
        Libc.Check(Libc.Control(held.Number, SetSize, (nint)size), "ioctl", $"size {rows}x{columns} of a terminal");
    }

    /// <summary>
    /// The other end. As long as someone has it open, the master never hangs up, whatever the programs in the terminal
    /// close and open again.
    /// </summary>
    public static FileDescriptor OpenOtherEnd(FileDescriptor master)
    {
        using var held = new HeldDescriptor(master);
        return new FileDescriptor(Libc.Check(Libc.Control(held.Number, OpenPeer, ReadWrite | NoControllingTerminal | CloseOnExec), "ioctl", "TIOCGPTPEER"));
    }
}
