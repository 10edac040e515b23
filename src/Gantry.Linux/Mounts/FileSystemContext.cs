using Gantry.Linux.Files;
using Gantry.Linux.Native;

namespace Gantry.Linux.Mounts;

/// <summary>A file system being configured (fsopen(2)); <see cref="Mount"/> makes it a detached mount.</summary>
public sealed unsafe class FileSystemContext : FileDescriptor
{
    private const int SetFlag = 0;
    private const int SetString = 1;
    private const int CommandCreate = 6;
    private readonly string type;

    public FileSystemContext(string type)
        : base(Open(type)) => this.type = type;

    /// <summary>Sets a parameter that has a value; at most 255 bytes of it (fsconfig(2)).</summary>
    public void Set(string key, UnixPath value)
    {
        using var held = new HeldDescriptor(this);
        fixed (byte* k = new UnixPath(key))
        fixed (byte* v = value)
        {
            Check(Libc.Syscall(SyscallNumber.FsConfig, held.Number, SetString, (nint)k, (nint)v), $"{type} {key}={value.ToString()}");
        }
    }

    /// <summary>As <see cref="Set(string, UnixPath)"/>; false when the kernel does not know the parameter.</summary>
    public bool TrySet(string key, UnixPath value)
    {
        using var held = new HeldDescriptor(this);
        fixed (byte* k = new UnixPath(key))
        fixed (byte* v = value)
        {
            var result = Libc.Syscall(SyscallNumber.FsConfig, held.Number, SetString, (nint)k, (nint)v);
            return result >= 0 || (Libc.LastError == Errno.EINVAL ? false : throw Failed($"{type} {key}={value.ToString()}"));
        }
    }

    public void SetOption(string key)
    {
        using var held = new HeldDescriptor(this);
        fixed (byte* k = new UnixPath(key))
        {
            Check(Libc.Syscall(SyscallNumber.FsConfig, held.Number, SetFlag, (nint)k), $"{type} {key}");
        }
    }

    /// <summary>Makes the superblock and a mount of it that is attached nowhere.</summary>
    public DetachedMount Mount(MountAttributes attributes = MountAttributes.None)
    {
        const int closeOnExec = 1;
        using var held = new HeldDescriptor(this);
        Check(Libc.Syscall(SyscallNumber.FsConfig, held.Number, CommandCreate), type);
        var mount = Libc.Syscall(SyscallNumber.FsMount, held.Number, closeOnExec, (nint)(uint)attributes);
        return mount >= 0 ? new((int)mount) : throw new LinuxException("fsmount", Libc.LastError, type);
    }

    private static int Open(string type)
    {
        const int closeOnExec = 1;
        fixed (byte* name = new UnixPath(type))
        {
            return Libc.Check(Libc.Syscall(SyscallNumber.FsOpen, (nint)name, closeOnExec), "fsopen", type);
        }
    }

    private void Check(nint result, string subject)
    {
        if (result < 0)
        {
            throw Failed(subject);
        }
    }

    private LinuxException Failed(string subject)
    {
        var errno = Libc.LastError;
        var said = ReadMessages();
        return new("fsconfig", errno, said.Length == 0 ? subject : $"{subject} ({said})");
    }

    /// <summary>The context's log: lines such as <c>e overlay: No changes allowed in upper</c>.</summary>
    private string ReadMessages()
    {
        List<string> lines = [];
        var buffer = stackalloc byte[512];
        while (Raw.Read(Number, buffer, 512) is > 0 and var length)
        {
            var line = System.Text.Encoding.UTF8.GetString(buffer, length).TrimEnd('\n');
            lines.Add(line.Length > 2 && line[1] == ' ' ? line[2..] : line);
        }

        return string.Join("; ", lines);
    }
}
