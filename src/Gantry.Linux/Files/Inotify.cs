using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>What may happen to a directory's files (inotify(7)).</summary>
[Flags]
public enum InotifyEvents : uint
{
    Modify = 0x2,
    MovedTo = 0x80,
    Create = 0x100,
    DeleteSelf = 0x400,
}

/// <summary>Tells of changes in directories (inotify(7)).</summary>
public sealed unsafe partial class Inotify : FileDescriptor
{
    private const int CloseOnExec = 0x80000;
    private const int HeaderSize = 16;
    private readonly byte[] buffer = new byte[4096];

    public Inotify()
        : base(Libc.Check(Init(CloseOnExec), "inotify_init1"))
    {
    }

    /// <summary>Starts to watch; the number is what <see cref="Read"/> names it by. The same directory gives the same number.</summary>
    public int Add(string directory, InotifyEvents events)
    {
        using var held = new HeldDescriptor(this);
        fixed (byte* path = new UnixPath(directory))
        {
            return Libc.Check(AddWatch(held.Number, path, (uint)events), "inotify_add_watch", directory);
        }
    }

    /// <summary>Ends a watch; one that ended with its directory is no failure.</summary>
    public void Remove(int watch)
    {
        using var held = new HeldDescriptor(this);
        _ = RemoveWatch(held.Number, watch);
    }

    /// <summary>Blocks until something happens and gives the numbers of the watches it happened to.</summary>
    public IReadOnlyList<int> Read()
    {
        using var held = new HeldDescriptor(this);
        nint count;
        fixed (byte* into = buffer)
        {
            do
            {
                count = ReadEvents(held.Number, into, (nuint)buffer.Length);
            }
            while (count < 0 && Marshal.GetLastPInvokeError() == (int)Errno.EINTR);
        }

        Libc.Check(count, "read", "inotify");
        var watches = new List<int>();
        for (var at = 0; at + HeaderSize <= count;)
        {
            watches.Add(BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(at)));
            at += HeaderSize + BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(at + 12));
        }

        return watches;
    }

    /// <summary>https://man7.org/linux/man-pages/man2/inotify_init.2.html</summary>
    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    private static partial int Init(int flags);

    /// <summary>https://man7.org/linux/man-pages/man2/inotify_add_watch.2.html</summary>
    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true)]
    private static partial int AddWatch(int descriptor, byte* path, uint mask);

    /// <summary>https://man7.org/linux/man-pages/man2/inotify_rm_watch.2.html</summary>
    [LibraryImport("libc", EntryPoint = "inotify_rm_watch", SetLastError = true)]
    private static partial int RemoveWatch(int descriptor, int watch);

    /// <summary>https://man7.org/linux/man-pages/man2/read.2.html</summary>
    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadEvents(int descriptor, byte* buffer, nuint count);
}
