using Gantry.Linux.Files;
using Gantry.Linux.Native;

namespace Gantry.Linux.Mounts;

/// <summary>
/// A mount that is attached to no directory: the descriptor is the mount, closing it unmounts, and a process that dies
/// leaves nothing behind. Files in it are reached through <see cref="OpenRoot"/>; a container's init moves it into
/// place (move_mount(2)).
/// </summary>
public sealed unsafe class DetachedMount(int descriptor) : FileDescriptor(descriptor)
{
    private const int OpenTreeClone = 1;

    /// <summary>An overlay of directories of the host.</summary>
    /// <param name="lowers">The layers, the topmost first; at least one.</param>
    /// <param name="upper">Where changes go; null for a read-only overlay, which then needs two layers or gets the one bound read-only.</param>
    /// <param name="work">An empty directory beside <paramref name="upper"/>.</param>
    /// <param name="options">Further parameters, <c>key</c> or <c>key=value</c>: <c>metacopy=off</c>, <c>volatile</c>, ….</param>
    /// <param name="attributes">Of the mount: read-only, nosuid, ….</param>
    public static DetachedMount Overlay(
        IReadOnlyList<string> lowers,
        string? upper = null,
        string? work = null,
        IReadOnlyList<string>? options = null,
        MountAttributes attributes = MountAttributes.None)
    {
        if (lowers.Count == 0)
        {
            throw new ArgumentException("an overlay needs at least one lower directory", nameof(lowers));
        }

        if (upper is null && lowers.Count == 1)
        {
            return Clone(lowers[0], attributes | MountAttributes.ReadOnly);
        }

        if (LegacyOverlay.IsNeeded)
        {
            return LegacyOverlay.Mount(lowers, upper, work, options, attributes);
        }

        using var context = new FileSystemContext("overlay");
        foreach (var lower in lowers)
        {
            context.Set("lowerdir+", lower);
        }

        if (upper is not null)
        {
            context.Set("upperdir", upper);
            context.Set("workdir", work ?? throw new ArgumentException("an upper directory needs a work directory", nameof(work)));
        }

        foreach (var option in options ?? [])
        {
            if (option.Split('=', 2) is [var key, var value])
            {
                context.Set(key, value);
            }
            else
            {
                context.SetOption(option);
            }
        }

        return context.Mount(attributes);
    }

    /// <summary>A tmpfs of its own.</summary>
    public static DetachedMount Tmpfs(string options = "", MountAttributes attributes = MountAttributes.None) =>
        FileSystem("tmpfs", null, options.Split(',', StringSplitOptions.RemoveEmptyEntries), attributes);

    /// <summary>A copy of what is mounted at a host path, as a bind mount has it (open_tree(2)).</summary>
    public static DetachedMount Clone(string path, MountAttributes attributes = MountAttributes.None, bool recursive = false)
    {
        nint result;
        fixed (byte* p = new UnixPath(path))
        {
            result = Libc.Syscall(
                SyscallNumber.OpenTree,
                Libc.AtFdCwd,
                (nint)p,
                OpenTreeClone | (int)OpenFlags.CloseOnExec | (recursive ? Libc.AtRecursive : 0));
        }

        var mount = new DetachedMount(Libc.Check(result, "open_tree", path));
        if (attributes != MountAttributes.None)
        {
            mount.SetAttributes(attributes, recursive: recursive);
        }

        return mount;
    }

    /// <summary>A copy of a directory or file that is open, as a bind mount of it.</summary>
    public static DetachedMount Clone(FileDescriptor opened, bool recursive = false)
    {
        using var held = new HeldDescriptor(opened);
        fixed (byte* empty = "\0"u8)
        {
            var result = Libc.Syscall(
                SyscallNumber.OpenTree,
                held.Number,
                (nint)empty,
                OpenTreeClone | (int)OpenFlags.CloseOnExec | Libc.AtEmptyPath | (recursive ? Libc.AtRecursive : 0));
            return new(Libc.Check(result, "open_tree", opened.ToString()));
        }
    }

    /// <summary>A file system as mount(8) would mount it, of a type and with parameters.</summary>
    /// <param name="source">The device, or what the type takes for one.</param>
    /// <param name="parameters">Of the file system, <c>key</c> or <c>key=value</c>.</param>
    public static DetachedMount FileSystem(string type, string? source, IReadOnlyList<string> parameters, MountAttributes attributes)
    {
        using var context = new FileSystemContext(type);
        if (source is not null)
        {
            context.Set("source", source);
        }

        foreach (var parameter in parameters)
        {
            if (parameter.Split('=', 2) is [var key, var value])
            {
                context.Set(key, value);
            }
            else
            {
                context.SetOption(parameter);
            }
        }

        return context.Mount(attributes);
    }

    /// <summary>Its root directory, as a root that paths cannot leave. Keep this mount open meanwhile.</summary>
    public RootedDirectory OpenRoot()
    {
        using var held = new HeldDescriptor(this);
        fixed (byte* dot = "."u8)
        {
            return new(new(Libc.Check(Libc.OpenAt2(held.Number, dot, OpenFlags.Directory, 0, ResolveFlags.None), "openat2", "root of a detached mount")));
        }
    }

    /// <summary>Changes attributes and propagation (mount_setattr(2)).</summary>
    public void SetAttributes(
        MountAttributes set,
        MountAttributes clear = MountAttributes.None,
        MountPropagation propagation = MountPropagation.Unchanged,
        bool recursive = false)
    {
        Set(new MountAttr { Set = (ulong)set, Clear = (ulong)clear, Propagation = (ulong)propagation }, recursive);
    }

    /// <summary>Shows owners through the mapping of a user namespace: an id inside it is what the disk has (mount_setattr(2), MOUNT_ATTR_IDMAP).</summary>
    public void MapIds(FileDescriptor userNamespace, bool recursive)
    {
        using var mapping = new HeldDescriptor(userNamespace);
        Set(new MountAttr { Set = (ulong)MountAttributes.IdMap, UserNamespace = (ulong)mapping.Number }, recursive, "idmap");
    }

    /// <summary>Attaches the mount at a directory or file that is open.</summary>
    public void AttachTo(FileDescriptor target)
    {
        const int fromEmptyPath = 4;
        const int toEmptyPath = 0x40;
        using var held = new HeldDescriptor(this);
        using var at = new HeldDescriptor(target);
        fixed (byte* empty = "\0"u8)
        {
            Libc.Check(
                Libc.Syscall(SyscallNumber.MoveMount, held.Number, (nint)empty, at.Number, (nint)empty, fromEmptyPath | toEmptyPath), "move_mount");
        }
    }

    /// <summary>Attaches the mount at a directory or file of this process's mount namespace.</summary>
    public void AttachTo(string path) => Attach(this, path);

    /// <summary>As <see cref="AttachTo(string)"/>, of a mount that came as a mere descriptor.</summary>
    public static void Attach(FileDescriptor mount, string path)
    {
        const int fromEmptyPath = 4;
        using var held = new HeldDescriptor(mount);
        fixed (byte* empty = "\0"u8)
        fixed (byte* p = new UnixPath(path))
        {
            Libc.Check(
                Libc.Syscall(SyscallNumber.MoveMount, held.Number, (nint)empty, Libc.AtFdCwd, (nint)p, fromEmptyPath), "move_mount", path);
        }
    }

    private void Set(MountAttr attributes, bool recursive, string? subject = null)
    {
        using var held = new HeldDescriptor(this);
        fixed (byte* empty = "\0"u8)
        {
            var result = Libc.Syscall(
                SyscallNumber.MountSetAttr,
                held.Number,
                (nint)empty,
                Libc.AtEmptyPath | (recursive ? Libc.AtRecursive : 0),
                (nint)(&attributes),
                sizeof(MountAttr));
            Libc.Check(result, "mount_setattr", subject);
        }
    }
}
