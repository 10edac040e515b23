using System.Runtime.InteropServices;

namespace Gantry.Linux.Mounts;

/// <summary>struct mount_attr (mount_setattr(2)).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MountAttr
{
    public ulong Set;
    public ulong Clear;
    public ulong Propagation;
    public ulong UserNamespace;
}
