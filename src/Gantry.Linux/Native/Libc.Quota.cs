using System.Runtime.InteropServices;

namespace Gantry.Linux.Native;

/// <summary>Project quotas: ioctl_xfs_fsgetxattr(2), quotactl(2), and quotactl_fd(2) of Linux 5.14, which needs no device file.</summary>
internal static unsafe partial class Libc
{
    /// <summary>FS_IOC_FSGETXATTR and FS_IOC_FSSETXATTR, with <see cref="FsXattr"/>.</summary>
    public const uint GetFsXattr = 0x801c581f;
    public const uint SetFsXattr = 0x401c5820;

    /// <summary>FS_XFLAG_PROJINHERIT: what is made in the directory belongs to its project.</summary>
    public const uint InheritProject = 0x200;

    public const int GetQuotaState = (('X' << 8) + 8) << 8 | ProjectQuotaType;
    public const int GetQuota = (('X' << 8) + 3) << 8 | ProjectQuotaType;
    public const int SetQuotaLimit = (('X' << 8) + 4) << 8 | ProjectQuotaType;

    private const int ProjectQuotaType = 2;

    /// <summary>struct fsxattr of linux/fs.h.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 28)]
    public struct FsXattr
    {
        public uint Flags;
        public uint ExtentSize;
        public uint Extents;
        public uint Project;
        public uint CopyOnWriteExtentSize;
    }

    /// <summary>The head of struct fs_quota_statv of linux/dqblk_xfs.h.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    public struct QuotaState
    {
        public const ushort ProjectLimitsEnforced = 1 << 5;

        public sbyte Version;
        public byte Padding;
        public ushort Flags;
    }

    /// <summary>The head of struct fs_disk_quota of linux/dqblk_xfs.h. Blocks have 512 bytes.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 112)]
    public struct DiskQuota
    {
        public const sbyte CurrentVersion = 1;
        public const sbyte OfProject = 2;

        /// <summary>FS_DQ_BSOFT and FS_DQ_BHARD.</summary>
        public const ushort BlockLimits = 1 << 2 | 1 << 3;

        public sbyte Version;
        public sbyte Flags;
        public ushort Fields;
        public uint Id;
        public ulong BlockHardLimit;
        public ulong BlockSoftLimit;
        public ulong InodeHardLimit;
        public ulong InodeSoftLimit;
        public ulong Blocks;
        public ulong Inodes;
    }

    public static int Ioctl(int descriptor, uint request, void* argument) =>
        (int)Syscall(SyscallNumber.Ioctl, descriptor, (nint)request, (nint)argument);

    public static int QuotaControl(int descriptor, int command, uint id, void* argument) =>
        (int)Syscall(SyscallNumber.QuotaControlFd, descriptor, command, (nint)id, (nint)argument);
}
