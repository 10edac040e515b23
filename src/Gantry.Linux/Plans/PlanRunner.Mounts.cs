using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Linux.Native;

namespace Gantry.Linux.Plans;

internal static unsafe partial class PlanRunner
{
    private const int OpenTreeClone = 1;
    private const int MoveFromEmptyPath = 0x04;
    private const int MoveToFollowLinks = 0x10;
    private const int MoveToEmptyPath = 0x40;

    /// <summary>A: MS_SHARED, … with MS_REC, for everything the new namespace took over.</summary>
    private static int SetPropagation(PlanStep* step) => Raw.Call(SyscallNumber.Mount, 0, (nint)Literal("/\0"u8), 0, step->A, 0);

    /// <summary>A: mount point of the host, whose new mounts shall stay in this namespace.</summary>
    private static int MakeMountPrivate(PlanStep* step) =>
        Raw.Call(SyscallNumber.Mount, 0, step->A, 0, (nint)(uint)MountPropagation.Private, 0);

    /// <summary>A: descriptor of a detached mount; B: directory of the host that it is attached to.</summary>
    private static int AttachRoot(PlanStep* step, PlanState* state)
    {
        var result = Raw.Call(
            SyscallNumber.MoveMount, step->A, (nint)Empty, Libc.AtFdCwd, step->B, MoveFromEmptyPath | MoveToFollowLinks);
        state->Root = (int)step->A;
        return result;
    }

    /// <summary>A: directory of the host. It is bound onto itself, because pivot_root(2) wants a mount.</summary>
    private static int BindRoot(PlanStep* step, PlanState* state)
    {
        var tree = OpenTree(Libc.AtFdCwd, (byte*)step->A, OpenTreeClone | Libc.AtRecursive);
        if (tree < 0)
        {
            return tree;
        }

        state->Root = tree;
        return Raw.Call(SyscallNumber.MoveMount, tree, (nint)Empty, Libc.AtFdCwd, step->A, MoveFromEmptyPath | MoveToFollowLinks);
    }

    /// <summary>
    /// A: target; B: file system type; C: source or null; D: key, value, …, null (a null value for a flag);
    /// E: <see cref="MountAttributes"/>; F: propagation, and <see cref="CoveredDirectory"/> in the lowest bits.
    /// </summary>
    private static int MountFileSystem(PlanStep* step, PlanState* state)
    {
        var context = Raw.Call(SyscallNumber.FsOpen, step->B, 1);
        if (context < 0)
        {
            return Detailed(state, StepDetail.FileSystemType, context);
        }

        var mount = Configure(context, step, state);
        Raw.Close(context);
        if (mount < 0)
        {
            return mount;
        }

        const nint coveredBits = 3;
        if ((step->F & coveredBits) != 0 && TakeOver(mount, (byte*)step->A, (CoveredDirectory)(step->F & coveredBits), state) is < 0 and var lost)
        {
            return lost;
        }

        var attributes = new MountAttr { Propagation = (ulong)(step->F & ~coveredBits) };
        if (SetAttributes(mount, &attributes, false) is < 0 and var failure)
        {
            return Detailed(state, StepDetail.Attributes, failure);
        }

        // proc and sysfs go on a directory that is one, not on where an image's link leads (CVE-2019-19921, CVE-2023-27561).
        var literal = IsProcOrSysfs((byte*)step->B);
        return AttachAt(mount, (byte*)step->A, RootedPath.Kind.Directory, literal, state);
    }

    private static int Configure(int context, PlanStep* step, PlanState* state)
    {
        const int setFlag = 0;
        const int setString = 1;
        const int create = 6;
        if (step->C != 0)
        {
            var result = Raw.Call(SyscallNumber.FsConfig, context, setString, (nint)Literal("source\0"u8), step->C);
            if (result < 0)
            {
                return Detailed(state, StepDetail.Source, result);
            }
        }

        var option = (byte**)step->D;
        for (var i = 0; option != null && option[i] != null; i += 2)
        {
            var result = Raw.Call(SyscallNumber.FsConfig, context, option[i + 1] == null ? setFlag : setString, (nint)option[i], (nint)option[i + 1]);
            if (result < 0)
            {
                return Detailed(state, StepDetail.Option + (i / 2), result);
            }
        }

        var created = Raw.Call(SyscallNumber.FsConfig, context, create);
        if (created < 0)
        {
            return Detailed(state, StepDetail.Superblock, created);
        }

        var mount = Raw.Call(SyscallNumber.FsMount, context, 1, step->E);
        return mount < 0 ? Detailed(state, StepDetail.Attributes, mount) : mount;
    }

    /// <summary>A: target; B: source on the host; C: 1 recursive, 2 recursive attributes; D: set and E: clear
    /// (<see cref="MountAttributes"/>, plain in the lower, recursive in the upper half); F: propagation, bit 0 recursive.</summary>
    private static int BindMount(PlanStep* step, PlanState* state)
    {
        var tree = OpenTree(Libc.AtFdCwd, (byte*)step->B, OpenTreeClone | ((step->C & 1) != 0 ? Libc.AtRecursive : 0));
        if (tree < 0)
        {
            return Detailed(state, StepDetail.Source, tree);
        }

        StatxBuffer status;
        if (Raw.Statx(tree, Empty, Libc.AtEmptyPath, &status) is < 0 and var unreadable)
        {
            return Detailed(state, StepDetail.Source, unreadable);
        }

        var plain = new MountAttr { Set = (uint)step->D, Clear = (uint)step->E };
        var recursive = new MountAttr { Set = (ulong)step->D >> 32, Clear = (ulong)step->E >> 32 };
        if (SetAttributes(tree, &recursive, true) is < 0 and var refused)
        {
            return Detailed(state, StepDetail.Attributes, refused);
        }

        if (SetAttributes(tree, &plain, false) is < 0 and var refusedToo)
        {
            return Detailed(state, StepDetail.Attributes, refusedToo);
        }

        var propagation = new MountAttr { Propagation = (ulong)(step->F & ~1) };
        if (SetAttributes(tree, &propagation, (step->F & 1) != 0) is < 0 and var unpropagated)
        {
            return Detailed(state, StepDetail.Attributes, unpropagated);
        }

        return AttachAt(tree, (byte*)step->A, KindOf(status), false, state);
    }

    /// <summary>A: target; B: descriptor of a detached mount.</summary>
    private static int AttachMount(PlanStep* step, PlanState* state)
    {
        StatxBuffer status;
        if (Raw.Statx((int)step->B, Empty, Libc.AtEmptyPath, &status) is < 0 and var unreadable)
        {
            return Detailed(state, StepDetail.Source, unreadable);
        }

        return AttachAt((int)step->B, (byte*)step->A, KindOf(status), false, state);
    }

    /// <summary>A: path of a mount in the root; B: set; C: clear; D: propagation; E: 1 recursive.</summary>
    private static int SetMountAttributes(PlanStep* step, PlanState* state)
    {
        var target = RootedPath.Open(state->Root, (byte*)step->A);
        if (target < 0)
        {
            return Detailed(state, StepDetail.Target, target);
        }

        var attributes = new MountAttr { Set = (ulong)step->B, Clear = (ulong)step->C, Propagation = (ulong)step->D };
        var result = SetAttributes(target, &attributes, step->E != 0);
        Raw.Close(target);
        return result;
    }

    private static RootedPath.Kind KindOf(in StatxBuffer status) =>
        (FileKind)(status.Mode & 0xF000) == FileKind.Directory ? RootedPath.Kind.Directory : RootedPath.Kind.File;

    /// <summary>Attaches a detached mount at a path in the root, which is made when it is missing; closes the mount's descriptor.</summary>
    private static int AttachAt(int mount, byte* path, RootedPath.Kind kind, bool literal, PlanState* state)
    {
        const uint mode = 0x1ED; // 0755
        var target = RootedPath.OpenOrCreate(state->Root, path, kind, mode);
        if (target >= 0 && literal)
        {
            Raw.Close(target);
            target = RootedPath.Open(state->Root, path, ResolveFlags.NoSymbolicLinks);
        }

        if (target < 0)
        {
            return Detailed(state, StepDetail.Target, target);
        }

        if (!literal && RootedPath.IsOnProc(target) && !MayCoverProc(path))
        {
            // Files of /proc that a mount must not hide or fake (CVE-2019-16884).
            return Detailed(state, StepDetail.OnProc, -(int)Errno.EPERM);
        }

        var result = Raw.Call(SyscallNumber.MoveMount, mount, (nint)Empty, target, (nint)Empty, MoveFromEmptyPath | MoveToEmptyPath);
        Raw.Close(target);
        Raw.Close(mount);
        return result < 0 ? Detailed(state, StepDetail.Attach, result) : 0;
    }

    /// <summary>The views of system-wide numbers that lxcfs and others put their own files on.</summary>
    private static bool MayCoverProc(byte* path) =>
        Same(path, "/proc/cpuinfo\0"u8) || Same(path, "/proc/diskstats\0"u8) || Same(path, "/proc/meminfo\0"u8)
        || Same(path, "/proc/stat\0"u8) || Same(path, "/proc/swaps\0"u8) || Same(path, "/proc/uptime\0"u8)
        || Same(path, "/proc/loadavg\0"u8) || Same(path, "/proc/slabinfo\0"u8) || Same(path, "/proc/net/dev\0"u8)
        || Same(path, "/proc/sys/kernel/ns_last_pid\0"u8) || Same(path, "/proc/sys/crypto/fips_enabled\0"u8);

    private static bool IsProcOrSysfs(byte* type) => Same(type, "proc\0"u8) || Same(type, "sysfs\0"u8);

    private static bool Same(byte* text, ReadOnlySpan<byte> terminated)
    {
        var other = Literal(terminated);
        for (var i = 0; ; i++)
        {
            if (text[i] != other[i])
            {
                return false;
            }

            if (text[i] == 0)
            {
                return true;
            }
        }
    }

    private static int OpenTree(int directory, byte* path, int flags) =>
        Raw.Call(SyscallNumber.OpenTree, directory, (nint)path, flags | (int)OpenFlags.CloseOnExec | (*path == 0 ? Libc.AtEmptyPath : 0));

    private static int SetAttributes(int mount, MountAttr* attributes, bool recursive) =>
        attributes->Set == 0 && attributes->Clear == 0 && attributes->Propagation == 0
            ? 0
            : Raw.Call(
                SyscallNumber.MountSetAttr,
                mount,
                (nint)Empty,
                Libc.AtEmptyPath | (recursive ? Libc.AtRecursive : 0),
                (nint)attributes,
                sizeof(MountAttr));

    private static int Detailed(PlanState* state, StepDetail detail, int result)
    {
        state->Detail = (int)detail;
        return result;
    }
}
