namespace Gantry.Linux.Files;

/// <summary>open(2) flags. O_CLOEXEC is always added.</summary>
[Flags]
public enum OpenFlags
{
    ReadOnly = 0,
    WriteOnly = 1,
    ReadWrite = 2,
    Create = 0x40,
    Exclusive = 0x80,
    NoControllingTerminal = 0x100,
    Truncate = 0x200,
    Append = 0x400,
    NonBlocking = 0x800,
    Directory = 1 << 24,
    NoFollow = 1 << 25,
    Path = 0x200000,
    CloseOnExec = 0x80000,
}

/// <summary>How openat2(2) may walk a path.</summary>
[Flags]
public enum ResolveFlags
{
    None = 0,
    NoCrossDevice = 0x01,
    NoMagicLinks = 0x02,
    NoSymbolicLinks = 0x04,
    Beneath = 0x08,

    /// <summary>The directory is the root: absolute paths, links and <c>..</c> stay inside.</summary>
    InRoot = 0x10,
}

internal static class OpenFlagsNative
{
    /// <summary>O_DIRECTORY and O_NOFOLLOW have other values on arm64 (asm/fcntl.h); ours are translated here.</summary>
    public static int ToNative(this OpenFlags flags)
    {
        var arm = Native.SyscallNumber.IsArm;
        var native = (int)(flags & ~(OpenFlags.Directory | OpenFlags.NoFollow)) | (int)OpenFlags.CloseOnExec;
        if ((flags & OpenFlags.Directory) != 0)
        {
            native |= arm ? 0x4000 : 0x10000;
        }

        if ((flags & OpenFlags.NoFollow) != 0)
        {
            native |= arm ? 0x8000 : 0x20000;
        }

        return native;
    }
}
