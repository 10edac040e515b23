using Gantry.Linux.Files;
using Gantry.Linux.Native;

namespace Gantry.Linux.Plans;

internal static unsafe partial class PlanRunner
{
    /// <summary>
    /// A: directory in the container; B: 1 to make it when it is missing. The kernel must call the result a path below
    /// our root: a directory reached through a descriptor of the host is not (CVE-2024-21626).
    /// </summary>
    private static int ChangeDirectory(PlanStep* step, PlanState* state)
    {
        var path = (byte*)step->A;
        var result = Raw.Call(SyscallNumber.Chdir, (nint)path);
        if (result == -(int)Errno.ENOENT && step->B != 0)
        {
            var root = Raw.OpenAt(Libc.AtFdCwd, Literal("/\0"u8), OpenFlags.Path | OpenFlags.Directory);
            var made = RootedPath.OpenOrCreate(root, path, RootedPath.Kind.Directory, 0x1ED /* 0755 */);
            result = made < 0 ? made : Raw.Call(SyscallNumber.Fchdir, made);
            Raw.Close(made);
            Raw.Close(root);
        }

        if (result < 0)
        {
            return result;
        }

        var buffer = stackalloc byte[4096];
        result = Raw.Call(SyscallNumber.GetCwd, (nint)buffer, 4096);
        return result >= 0 && buffer[0] != (byte)'/' ? Detailed(state, StepDetail.OutsideRoot, -(int)Errno.EPERM) : result;
    }

    /// <summary>A: paths to try, null at the end; B: 1 where they come of a search, which passes over directories. The first that may be executed is taken.</summary>
    private static int FindExecutable(PlanStep* step, PlanState* state)
    {
        const int mayExecute = 1;
        const int effectiveIds = 0x200;
        var candidates = (byte**)step->A;
        var failure = -(int)Errno.ENOENT;
        for (var i = 0; candidates[i] != null; i++)
        {
            StatxBuffer status;
            var result = Raw.Statx(Libc.AtFdCwd, candidates[i], 0, &status);
            if (result >= 0)
            {
                result = (FileKind)(status.Mode & 0xF000) == FileKind.Directory
                    ? -(int)(step->B != 0 ? Errno.ENOENT : Errno.EACCES)
                    : Raw.Call(SyscallNumber.FaccessAt2, Libc.AtFdCwd, (nint)candidates[i], mayExecute, effectiveIds);
            }

            if (result >= 0)
            {
                state->Executable = i;
                return 0;
            }

            if (result is not (-(int)Errno.ENOENT or -(int)Errno.ENOTDIR))
            {
                failure = result;
            }
        }

        return failure;
    }

    /// <summary>A: descriptor that a byte comes from, or -1 for the channel; B: 1 to go when the other end just closes.</summary>
    private static int AwaitStart(PlanStep* step, PlanState* state)
    {
        byte go;
        var result = Raw.Read(step->A < 0 ? state->Channel : (int)step->A, &go, 1);
        return result == 0 && step->B == 0 ? -(int)Errno.EPIPE : result;
    }

    /// <summary>A: paths, as in FindExecutable; B: arguments; C: environment, both with null at the end.</summary>
    private static int Execute(PlanStep* step, PlanState* state)
    {
        var candidates = (byte**)step->A;
        return Raw.Call(SyscallNumber.Execve, (nint)candidates[state->Executable], step->B, step->C);
    }
}
