using Gantry.Linux.Native;

namespace Gantry.Linux.Poll;

/// <summary>eventfd(2): a counter that the kernel or another thread raises.</summary>
public static class EventSignal
{
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    public static FileDescriptor Create() => new(Libc.Check(Libc.EventFd(0, NonBlocking | CloseOnExec), "eventfd"));
}
