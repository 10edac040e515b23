using Gantry.Linux.Files;
using Gantry.Linux.Native;

namespace Gantry.Linux.Plans;

internal static unsafe partial class PlanRunner
{
    private const int DeepestCopy = 64;

    /// <summary>
    /// Gives a new file system, not attached yet, the mode or also the contents of the directory it is going to cover.
    /// What is missing there needs nothing.
    /// </summary>
    private static int TakeOver(int mount, byte* path, CoveredDirectory what, PlanState* state)
    {
        var covered = RootedPath.Open(state->Root, path, ResolveFlags.None, OpenFlags.ReadOnly | OpenFlags.Directory);
        if (covered < 0)
        {
            return covered is -(int)Errno.ENOENT or -(int)Errno.ENOTDIR ? 0 : Detailed(state, StepDetail.Target, covered);
        }

        var result = 0;
        if ((what & CoveredDirectory.Mode) != 0)
        {
            StatxBuffer status;
            result = Raw.Statx(covered, Empty, Libc.AtEmptyPath, &status);
            result = result < 0 ? result : Own(mount, Literal(".\0"u8), &status);
        }

        if (result >= 0 && (what & CoveredDirectory.Contents) != 0)
        {
            result = CopyEntries(covered, mount, 0);
        }

        Raw.Close(covered);
        return result < 0 ? Detailed(state, StepDetail.Contents, result) : 0;
    }

    /// <summary>Copies files, directories, links and devices; never through a link.</summary>
    private static int CopyEntries(int from, int to, int depth)
    {
        const int size = 2048;
        const int lengthAt = 16;
        const int nameAt = 19;
        if (depth > DeepestCopy)
        {
            return -(int)Errno.ELOOP;
        }

        // struct linux_dirent64 (getdents(2))
        var entries = stackalloc byte[size];
        while (true)
        {
            var length = Raw.Call(SyscallNumber.GetDirectoryEntries, from, (nint)entries, size);
            if (length <= 0)
            {
                return length;
            }

            for (var at = 0; at < length; at += *(ushort*)(entries + at + lengthAt))
            {
                var name = entries + at + nameAt;
                if (Same(name, ".\0"u8) || Same(name, "..\0"u8))
                {
                    continue;
                }

                var result = CopyEntry(from, to, name, depth);
                if (result < 0)
                {
                    return result;
                }
            }
        }
    }

    private static int CopyEntry(int from, int to, byte* name, int depth)
    {
        StatxBuffer status;
        var result = Raw.Statx(from, name, Libc.AtSymlinkNoFollow, &status);
        if (result < 0)
        {
            return result;
        }

        result = (FileKind)(status.Mode & 0xF000) switch
        {
            FileKind.Directory => CopyDirectory(from, to, name, depth),
            FileKind.Regular => CopyFile(from, to, name),
            FileKind.SymbolicLink => CopyLink(from, to, name),
            _ => Raw.MknodAt(to, name, status.Mode, new DeviceNumber(status.RawDeviceMajor, status.RawDeviceMinor).Packed),
        };
        return result < 0 ? result : Own(to, name, &status);
    }

    private static int CopyDirectory(int from, int to, byte* name, int depth)
    {
        const OpenFlags flags = OpenFlags.Directory | OpenFlags.NoFollow;
        var result = Raw.MkdirAt(to, name, 0x1C0 /* 0700 */);
        var source = result < 0 ? result : Raw.OpenAt(from, name, flags);
        var target = source < 0 ? source : Raw.OpenAt(to, name, flags);
        result = target < 0 ? target : CopyEntries(source, target, depth + 1);
        if (source >= 0)
        {
            Raw.Close(source);
        }

        if (target >= 0)
        {
            Raw.Close(target);
        }

        return result;
    }

    private static int CopyFile(int from, int to, byte* name)
    {
        const int most = 1 << 30;
        var source = Raw.OpenAt(from, name, OpenFlags.NoFollow | OpenFlags.NonBlocking);
        var target = source < 0 ? source : Raw.OpenAt(to, name, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, 0x180 /* 0600 */);
        var result = target;
        if (target >= 0)
        {
            do
            {
                result = Raw.Call(SyscallNumber.SendFile, target, source, 0, most);
            }
            while (result > 0);
        }

        if (source >= 0)
        {
            Raw.Close(source);
        }

        if (target >= 0)
        {
            Raw.Close(target);
        }

        return result;
    }

    private static int CopyLink(int from, int to, byte* name)
    {
        const int size = 4096;
        var text = stackalloc byte[size];
        var length = Raw.ReadLinkAt(from, name, text, size - 1);
        if (length < 0)
        {
            return length;
        }

        text[length] = 0;
        return Raw.SymlinkAt(text, to, name);
    }

    private static int Own(int directory, byte* name, StatxBuffer* status)
    {
        var result = Raw.Call(SyscallNumber.FchownAt, directory, (nint)name, (nint)status->Uid, (nint)status->Gid, Libc.AtSymlinkNoFollow);
        // After the owner, whose change takes the bits of set-user-ID away.
        return result < 0 || (FileKind)(status->Mode & 0xF000) == FileKind.SymbolicLink
            ? result
            : Raw.Call(SyscallNumber.FchmodAt, directory, (nint)name, status->Mode & 0xFFF);
    }
}
