namespace Gantry.Linux.Mounts;

/// <summary>MOUNT_ATTR_* of mount_setattr(2) and fsmount(2).</summary>
[Flags]
public enum MountAttributes : uint
{
    None = 0,
    ReadOnly = 0x1,
    NoSuid = 0x2,
    NoDev = 0x4,
    NoExec = 0x8,

    /// <summary>The field of the three atime choices; clear it whenever one of them is set.</summary>
    AtimeMask = 0x70,
    NoAtime = 0x10,
    StrictAtime = 0x20,
    NoDirAtime = 0x80,
    IdMap = 0x100000,
    NoSymbolicLinkFollow = 0x200000,
}

/// <summary>How mount events travel between copies of a mount (MS_SHARED and friends, mount_namespaces(7)).</summary>
public enum MountPropagation : uint
{
    Unchanged = 0,
    Unbindable = 1 << 17,
    Private = 1 << 18,
    Slave = 1 << 19,
    Shared = 1 << 20,
}
