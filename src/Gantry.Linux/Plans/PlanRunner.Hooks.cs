using Gantry.Linux.Native;

namespace Gantry.Linux.Plans;

internal static unsafe partial class PlanRunner
{
    private const int ChildExited = 17;

    /// <summary>Tells the parent that it is its turn, and waits for it.</summary>
    private static int PauseForParent(PlanState* state)
    {
        var result = Report(state, PlanMessage.Paused, 0, StepKind.None, 0);
        return result < 0 ? result : AwaitParent(state);
    }

    /// <summary>A: path; B: arguments; C: environment; D: the input up to this process's number; E: the rest; F: seconds, or 0.</summary>
    private static int RunHook(PlanStep* step, PlanState* state)
    {
        var input = StateFile((byte*)step->D, (byte*)step->E);
        if (input < 0)
        {
            return Detailed(state, StepDetail.Source, input);
        }

        var pid = Raw.Call(SyscallNumber.Clone, ChildExited);
        if (pid == 0)
        {
            if (input != 0)
            {
                Raw.Call(SyscallNumber.Dup3, input, 0, 0);
                Raw.Close(input);
            }

            Raw.Call(SyscallNumber.Execve, step->A, step->B, step->C);
            Raw.Call(SyscallNumber.ExitGroup, 127);
        }

        Raw.Close(input);
        return pid < 0 ? pid : AwaitHook(pid, step->F, state);
    }

    /// <summary>A file with the state, at its beginning; its descriptor is left to the hook.</summary>
    private static int StateFile(byte* before, byte* after)
    {
        var file = Raw.Call(SyscallNumber.MemfdCreate, (nint)Literal("state\0"u8), 0);
        if (file < 0)
        {
            return file;
        }

        var digits = stackalloc byte[12];
        var number = Digits(Raw.Call(SyscallNumber.Getpid), digits);
        var length = Length(before);
        var result = WriteAt(file, before, length, 0);
        result = result < 0 ? result : WriteAt(file, number, (int)(digits + 12 - number), length);
        result = result < 0 ? result : WriteAt(file, after, Length(after), length + (int)(digits + 12 - number));
        if (result < 0)
        {
            Raw.Close(file);
        }

        return result < 0 ? result : file;
    }

    private static int AwaitHook(int pid, nint seconds, PlanState* state)
    {
        const int kill = 9;
        const int byPid = 1;
        const int exited = 4;
        const int exitedByItself = 1;
        var late = seconds > 0 && !EndsWithin(pid, seconds);
        if (late)
        {
            Raw.Call(SyscallNumber.Kill, pid, kill);
        }

        // siginfo_t: the third word says how it ended, the seventh with what (sigaction(2)).
        var information = stackalloc int[32];
        int result;
        do
        {
            result = Raw.Call(SyscallNumber.WaitId, byPid, pid, (nint)information, exited);
        }
        while (result == -(int)Errno.EINTR);
        if (late)
        {
            return -(int)Errno.ETIMEDOUT;
        }

        if (result < 0 || (information[2] == exitedByItself && information[6] == 0))
        {
            return result;
        }

        var code = information[2] == exitedByItself ? information[6] : 128 + information[6];
        return Detailed(state, StepDetail.Option + code, -(int)Errno.ECANCELED);
    }

    private static bool EndsWithin(int pid, nint seconds)
    {
        const short readable = 1;
        var process = Raw.Call(SyscallNumber.PidFdOpen, pid);
        if (process < 0)
        {
            return true;
        }

        // struct pollfd: descriptor i32, events i16, what happened i16
        var poll = stackalloc int[2];
        poll[0] = process;
        poll[1] = readable;
        var time = stackalloc long[2];
        time[0] = seconds;
        time[1] = 0;
        var result = Raw.Call(SyscallNumber.PPoll, (nint)poll, 1, (nint)time, 0, sizeof(long));
        Raw.Close(process);
        return result != 0;
    }

    /// <summary>Writes a number to the end of twelve bytes; returned is where it starts.</summary>
    private static byte* Digits(int number, byte* room)
    {
        var next = room + 12;
        do
        {
            *--next = (byte)('0' + (number % 10));
            number /= 10;
        }
        while (number > 0);
        return next;
    }

    private static int Length(byte* text)
    {
        var length = 0;
        while (text[length] != 0)
        {
            length++;
        }

        return length;
    }

    private static int WriteAt(int file, byte* bytes, int length, int offset)
    {
        for (var done = 0; done < length;)
        {
            var result = Raw.Call(SyscallNumber.PWrite64, file, (nint)(bytes + done), length - done, offset + done);
            if (result <= 0)
            {
                return result < 0 ? result : -(int)Errno.EIO;
            }

            done += result;
        }

        return 0;
    }
}
