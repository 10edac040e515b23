using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Linux.Native;

namespace Gantry.Linux.Plans;

internal static unsafe partial class PlanRunner
{
    private const int Detach = 2;
    private const uint RecursiveMount = 0x4000;

    /// <summary>A: path; B: kind and permissions; C: dev_t; D: uid; E: gid; F: the same path on the host, bound where mknod is refused.</summary>
    private static int MakeDevice(PlanStep* step, PlanState* state)
    {
        var path = (byte*)step->A;
        var existing = RootedPath.Open(state->Root, path, ResolveFlags.NoSymbolicLinks);
        if (existing >= 0)
        {
            var same = IsDevice(existing, (uint)step->B, (ulong)step->C);
            Raw.Close(existing);
            return same ? 0 : Detailed(state, StepDetail.NotADevice, -(int)Errno.EEXIST);
        }

        var name = LastName(path);
        var parent = OpenParent(state->Root, path, name);
        if (parent < 0)
        {
            return Detailed(state, StepDetail.Target, parent);
        }

        var result = Raw.MknodAt(parent, name, (uint)step->B, (ulong)step->C);
        if (result == 0)
        {
            result = Raw.Call(SyscallNumber.FchownAt, parent, (nint)name, step->D, step->E, Libc.AtSymlinkNoFollow);
            // The umask took bits from what mknod was asked for.
            result = result < 0 ? result : Raw.Call(SyscallNumber.FchmodAt, parent, (nint)name, step->B & 0xFFF);
        }

        Raw.Close(parent);
        return result == -(int)Errno.EPERM && step->F != 0 ? BindDevice(path, (byte*)step->F, state) : result;
    }

    /// <summary>In a user namespace mknod(2) of devices is refused: the host's node is bound instead.</summary>
    private static int BindDevice(byte* path, byte* source, PlanState* state)
    {
        var tree = OpenTree(Libc.AtFdCwd, source, OpenTreeClone);
        return tree < 0 ? Detailed(state, StepDetail.Source, tree) : AttachAt(tree, path, RootedPath.Kind.File, false, state);
    }

    /// <summary>A: where the link leads; B: its path. One that is there stays.</summary>
    private static int MakeSymlink(PlanStep* step, PlanState* state)
    {
        var path = (byte*)step->B;
        var name = LastName(path);
        var parent = OpenParent(state->Root, path, name);
        if (parent < 0)
        {
            return Detailed(state, StepDetail.Target, parent);
        }

        var result = Raw.SymlinkAt((byte*)step->A, parent, name);
        Raw.Close(parent);
        return result == -(int)Errno.EEXIST ? 0 : result;
    }

    /// <summary>
    /// A: path. A file is covered by the container's /dev/null, of which it is first made sure that it is that device
    /// and no link (CVE-2025-31133); a directory by an empty read-only tmpfs. What is not there needs no mask.
    /// </summary>
    private static int MaskPath(PlanStep* step, PlanState* state)
    {
        var target = RootedPath.Open(state->Root, (byte*)step->A);
        if (target < 0)
        {
            return target is -(int)Errno.ENOENT or -(int)Errno.ENOTDIR or -(int)Errno.EACCES ? 0 : Detailed(state, StepDetail.Target, target);
        }

        StatxBuffer status;
        var result = Raw.Statx(target, Empty, Libc.AtEmptyPath, &status);
        var mount = result < 0 ? result
            : (FileKind)(status.Mode & 0xF000) == FileKind.Directory ? EmptyDirectory()
            : NullDevice(state);
        if (mount >= 0)
        {
            result = Raw.Call(SyscallNumber.MoveMount, mount, (nint)Empty, target, (nint)Empty, MoveFromEmptyPath | MoveToEmptyPath);
            Raw.Close(mount);
        }

        Raw.Close(target);
        return mount < 0 ? mount : result;
    }

    private static int EmptyDirectory()
    {
        const int setString = 1;
        const int create = 6;
        var context = Raw.Call(SyscallNumber.FsOpen, (nint)Literal("tmpfs\0"u8), 1);
        if (context < 0)
        {
            return context;
        }

        Raw.Call(SyscallNumber.FsConfig, context, setString, (nint)Literal("nr_inodes\0"u8), (nint)Literal("1\0"u8));
        var result = Raw.Call(SyscallNumber.FsConfig, context, create);
        result = result < 0 ? result : Raw.Call(
            SyscallNumber.FsMount, context, 1, (nint)(MountAttributes.ReadOnly | MountAttributes.NoSuid | MountAttributes.NoDev | MountAttributes.NoExec));
        Raw.Close(context);
        return result;
    }

    private static int NullDevice(PlanState* state)
    {
        const ulong nullDevice = (1 << 8) | 3;
        var device = RootedPath.Open(state->Root, Literal("dev/null\0"u8), ResolveFlags.NoSymbolicLinks);
        if (device < 0)
        {
            return Detailed(state, StepDetail.NotADevice, device);
        }

        var tree = IsDevice(device, (uint)FileKind.CharacterDevice, nullDevice)
            ? OpenTree(device, Empty, OpenTreeClone)
            : Detailed(state, StepDetail.NotADevice, -(int)Errno.ENXIO);
        Raw.Close(device);
        if (tree < 0)
        {
            return tree;
        }

        // Not nodev: reading a mask shall give end of file, as in every other runtime. Read-only keeps its mode as it is.
        var attributes = new MountAttr { Set = (ulong)(MountAttributes.NoSuid | MountAttributes.NoExec) };
        var result = SetAttributes(tree, &attributes, false);
        return result < 0 ? result : tree;
    }

    /// <summary>A: path, which is bound onto itself read-only with all that is mounted in it.</summary>
    private static int MakePathReadOnly(PlanStep* step, PlanState* state)
    {
        var target = RootedPath.Open(state->Root, (byte*)step->A);
        if (target < 0)
        {
            return target is -(int)Errno.ENOENT or -(int)Errno.ENOTDIR ? 0 : Detailed(state, StepDetail.Target, target);
        }

        var tree = OpenTree(target, Empty, OpenTreeClone | Libc.AtRecursive);
        if (tree < 0)
        {
            return tree;
        }

        var attributes = new MountAttr { Set = (ulong)MountAttributes.ReadOnly };
        var result = SetAttributes(tree, &attributes, true);
        result = result < 0 ? result : Raw.Call(
            SyscallNumber.MoveMount, tree, (nint)Empty, target, (nint)Empty, MoveFromEmptyPath | MoveToEmptyPath);
        Raw.Close(tree);
        Raw.Close(target);
        return result;
    }

    /// <summary>Makes the root the root, and lets go of the host's: nothing of it can be reached from here on.</summary>
    private static int PivotRoot(PlanState* state)
    {
        var result = Raw.Call(SyscallNumber.Fchdir, state->Root);
        // The old root ends up below the new one at the same place, so no directory is needed for it (pivot_root(2)).
        result = result < 0 ? result : Raw.Call(SyscallNumber.PivotRoot, (nint)Literal(".\0"u8), (nint)Literal(".\0"u8));
        // Its mounts may be peers of the host's: what is unmounted here must not be unmounted there.
        result = result < 0 ? result : Raw.Call(SyscallNumber.Mount, 0, (nint)Literal(".\0"u8), 0, (nint)((uint)MountPropagation.Slave | RecursiveMount), 0);
        result = result < 0 ? result : Raw.Call(SyscallNumber.Umount2, (nint)Literal(".\0"u8), Detach);
        return result < 0 ? result : Raw.Call(SyscallNumber.Chdir, (nint)Literal("/\0"u8));
    }

    /// <summary>For roots that cannot be pivoted from, such as an initramfs (--no-pivot).</summary>
    private static int MoveRoot(PlanState* state)
    {
        const int move = 0x2000;
        var result = Raw.Call(SyscallNumber.Fchdir, state->Root);
        result = result < 0 ? result : Raw.Call(SyscallNumber.Mount, (nint)Literal(".\0"u8), (nint)Literal("/\0"u8), 0, move, 0);
        result = result < 0 ? result : Raw.Call(SyscallNumber.Chroot, (nint)Literal(".\0"u8));
        return result < 0 ? result : Raw.Call(SyscallNumber.Chdir, (nint)Literal("/\0"u8));
    }

    /// <summary>A: attributes to set on /; B: propagation; C: 1 when that is recursive.</summary>
    private static int SetRootAttributes(PlanStep* step)
    {
        var attributes = new MountAttr { Set = (ulong)step->A };
        var propagation = new MountAttr { Propagation = (ulong)step->B };
        var root = Raw.OpenAt(Libc.AtFdCwd, Literal("/\0"u8), OpenFlags.Path | OpenFlags.Directory);
        if (root < 0)
        {
            return root;
        }

        var result = SetAttributes(root, &attributes, false);
        result = result < 0 ? result : SetAttributes(root, &propagation, step->C != 0);
        Raw.Close(root);
        return result;
    }

    private static bool IsDevice(int descriptor, uint mode, ulong device)
    {
        StatxBuffer status;
        return Raw.Statx(descriptor, Empty, Libc.AtEmptyPath, &status) == 0
            && (status.Mode & 0xF000u) == (mode & 0xF000u)
            && ((FileKind)(mode & 0xF000) == FileKind.Fifo || new DeviceNumber(status.RawDeviceMajor, status.RawDeviceMinor).Packed == device);
    }

    private static byte* LastName(byte* path)
    {
        var name = path;
        for (var p = path; *p != 0; p++)
        {
            if (*p == (byte)'/')
            {
                name = p + 1;
            }
        }

        return name;
    }

    private static int OpenParent(int root, byte* path, byte* name)
    {
        var first = *name;
        *name = 0;
        var parent = RootedPath.OpenOrCreate(root, path, RootedPath.Kind.Directory, 0x1ED /* 0755 */);
        *name = first;
        return parent;
    }
}
