using Gantry.Linux.Files;
using Gantry.Linux.Native;

namespace Gantry.Linux.Plans;

internal static unsafe partial class PlanRunner
{
    private const int DevptsSuperMagic = 0x1cd1;

    /// <summary>
    /// A: rows and columns, rows in the upper half, or 0; B: uid of its owner, C: gid, or -1. Opens a terminal of the
    /// container's own devpts, makes it the controlling one and sends its master to the parent.
    /// </summary>
    private static int OpenTerminal(PlanStep* step, PlanState* state)
    {
        const ulong unlock = 0x40045431; // TIOCSPTLCK
        const ulong openPeer = 0x5441; // TIOCGPTPEER
        const ulong setSize = 0x5414; // TIOCSWINSZ
        const ulong setControlling = 0x540e; // TIOCSCTTY
        var root = state->Root >= 0 ? state->Root : Libc.AtFdCwd;
        var flags = OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal;
        var master = root == Libc.AtFdCwd
            ? Raw.OpenAt(root, Literal("/dev/ptmx\0"u8), flags)
            : RootedPath.Open(root, Literal("dev/ptmx\0"u8), ResolveFlags.None, flags);
        if (master < 0)
        {
            return Detailed(state, StepDetail.Target, master);
        }

        // An image may have put anything at /dev/ptmx.
        if (!IsMultiplexer(master))
        {
            return Detailed(state, StepDetail.NotADevice, -(int)Errno.ENOTTY);
        }

        var zero = 0;
        var result = Raw.Call(SyscallNumber.Ioctl, master, (nint)unlock, (nint)(&zero));
        var slave = result < 0 ? result : Raw.Call(
            SyscallNumber.Ioctl, master, (nint)openPeer, (nint)(flags | OpenFlags.CloseOnExec).ToNative());
        if (slave < 0)
        {
            return slave;
        }

        if (step->A != 0)
        {
            var size = stackalloc ushort[4];
            size[0] = (ushort)(step->A >> 16);
            size[1] = (ushort)step->A;
            Raw.Call(SyscallNumber.Ioctl, master, (nint)setSize, (nint)size);
        }

        state->Terminal = slave;
        result = Raw.Call(SyscallNumber.Ioctl, slave, (nint)setControlling, 0);
        result = result < 0 ? result : SendDescriptor(state, PlanMessage.Terminal, master);
        Raw.Close(master);
        return result;
    }

    /// <summary>Covers /dev/console with the terminal itself, by descriptor: there is no name to race for (CVE-2025-52565).</summary>
    private static int BindConsole(PlanStep* step, PlanState* state)
    {
        _ = step;
        var tree = OpenTree(state->Terminal, Empty, OpenTreeClone);
        return tree < 0 ? Detailed(state, StepDetail.Source, tree) : AttachAt(tree, Literal("/dev/console\0"u8), RootedPath.Kind.File, false, state);
    }

    private static bool IsMultiplexer(int descriptor)
    {
        const ulong multiplexer = (5 << 8) | 2;
        var buffer = stackalloc long[32];
        return IsDevice(descriptor, (uint)FileKind.CharacterDevice, multiplexer)
            && Raw.Call(SyscallNumber.FStatFs, descriptor, (nint)buffer) == 0
            && buffer[0] == DevptsSuperMagic;
    }

    /// <summary>A message with one descriptor in it (unix(7), SCM_RIGHTS).</summary>
    private static int SendDescriptor(PlanState* state, int kind, int descriptor)
    {
        var message = new PlanMessage { Kind = kind };
        var part = stackalloc nint[2];
        part[0] = (nint)(&message);
        part[1] = sizeof(PlanMessage);
        var control = stackalloc int[6];
        ControlMessage.Write(control, descriptor);
        var header = new MessageHeader { Parts = part, PartCount = 1, Control = control, ControlLength = ControlMessage.Size };
        return Raw.Call(SyscallNumber.SendMsg, state->Channel, (nint)(&header), 0);
    }
}
