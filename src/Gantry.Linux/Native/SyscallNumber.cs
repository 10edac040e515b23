using System.Runtime.InteropServices;

namespace Gantry.Linux.Native;

/// <summary>Numbers for syscall(2), for x86-64 and arm64. From 424 on they are the same on every architecture.</summary>
internal static class SyscallNumber
{
    public const int PidFdSendSignal = 424;
    public const int OpenTree = 428;
    public const int MoveMount = 429;
    public const int FsOpen = 430;
    public const int FsConfig = 431;
    public const int FsMount = 432;
    public const int PidFdOpen = 434;
    public const int Clone3 = 435;
    public const int CloseRange = 436;
    public const int OpenAt2 = 437;
    public const int FaccessAt2 = 439;
    public const int MountSetAttr = 442;
    public const int QuotaControlFd = 443;
    public const int FchmodAt2 = 452;

    /// <summary>Whether this is arm64; x86-64 otherwise: a constant in a native build.</summary>
    public static bool IsArm => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    public static int Bpf => IsArm ? 280 : 321;

    public static int CapGet => IsArm ? 90 : 125;

    public static int CapSet => IsArm ? 91 : 126;

    public static int Chdir => IsArm ? 49 : 80;

    public static int Chroot => IsArm ? 51 : 161;

    public static int Clone => IsArm ? 220 : 56;

    public static int Close => IsArm ? 57 : 3;

    public static int Dup3 => IsArm ? 24 : 292;

    public static int Execve => IsArm ? 221 : 59;

    public static int ExecveAt => IsArm ? 281 : 322;

    public static int ExitGroup => IsArm ? 94 : 231;

    public static int StatFs => IsArm ? 43 : 137;

    public static int FStatFs => IsArm ? 44 : 138;

    public static int Fchdir => IsArm ? 50 : 81;

    public static int Fchmod => IsArm ? 52 : 91;

    public static int FchmodAt => IsArm ? 53 : 268;

    public static int FchownAt => IsArm ? 54 : 260;

    public static int Fcntl => IsArm ? 25 : 72;

    public static int GetCwd => IsArm ? 17 : 79;

    public static int GetDirectoryEntries => IsArm ? 61 : 217;

    public static int Getpid => IsArm ? 172 : 39;

    public static int IoPrioSet => IsArm ? 30 : 251;

    public static int Ioctl => IsArm ? 29 : 16;

    public static int KeyCtl => IsArm ? 219 : 250;

    public static int Kill => IsArm ? 129 : 62;

    public static int MemfdCreate => IsArm ? 279 : 319;

    public static int MkdirAt => IsArm ? 34 : 258;

    public static int MknodAt => IsArm ? 33 : 259;

    public static int Mount => IsArm ? 40 : 165;

    public static int OpenAt => IsArm ? 56 : 257;

    public static int Personality => IsArm ? 92 : 135;

    public static int Pipe2 => IsArm ? 59 : 293;

    public static int PivotRoot => IsArm ? 41 : 155;

    public static int PPoll => IsArm ? 73 : 271;

    public static int PrCtl => IsArm ? 167 : 157;

    public static int PrLimit64 => IsArm ? 261 : 302;

    public static int PWrite64 => IsArm ? 68 : 18;

    public static int Read => IsArm ? 63 : 0;

    public static int ReadLinkAt => IsArm ? 78 : 267;

    public static int RtSigAction => IsArm ? 134 : 13;

    public static int RtSigProcMask => IsArm ? 135 : 14;

    public static int SchedSetAffinity => IsArm ? 122 : 203;

    public static int SchedSetAttr => IsArm ? 274 : 314;

    public static int Seccomp => IsArm ? 277 : 317;

    public static int SendFile => IsArm ? 71 : 40;

    public static int SendMsg => IsArm ? 211 : 46;

    public static int SetDomainName => IsArm ? 162 : 171;

    public static int SetGroups => IsArm ? 159 : 116;

    public static int SetHostName => IsArm ? 161 : 170;

    public static int SetNs => IsArm ? 268 : 308;

    public static int SetPriority => IsArm ? 140 : 141;

    public static int SetResGid => IsArm ? 149 : 119;

    public static int SetResUid => IsArm ? 147 : 117;

    public static int SetSid => IsArm ? 157 : 112;

    public static int Statx => IsArm ? 291 : 332;

    public static int SymlinkAt => IsArm ? 36 : 266;

    public static int Umask => IsArm ? 166 : 95;

    public static int Umount2 => IsArm ? 39 : 166;

    public static int UnlinkAt => IsArm ? 35 : 263;

    public static int Unshare => IsArm ? 97 : 272;

    public static int WaitId => IsArm ? 95 : 247;

    public static int Write => IsArm ? 64 : 1;
}
