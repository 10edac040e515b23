using Gantry.Linux.Native;

namespace Gantry.Linux.Plans;

/// <summary>
/// Carries a plan out in a freshly cloned process, in which only the calling thread exists: no managed allocation, no
/// lock, no throw, no call but those of <see cref="Raw"/> (docs/decisions). A step returns zero or more, or minus errno.
/// </summary>
internal static unsafe partial class PlanRunner
{
    /// <summary>Runs all steps; the last one executes the program. Never returns.</summary>
    public static void Run(PlanStep* steps, int count, PlanState* state)
    {
        for (var i = 0; i < count; i++)
        {
            state->Detail = 0;
            var result = Perform(steps + i, state);
            if (result < 0)
            {
                Report(state, PlanMessage.Failed, i, steps[i].Kind, -result);
                break;
            }
        }

        while (true)
        {
            Raw.Call(SyscallNumber.ExitGroup, 255);
        }
    }

    /// <summary>Joins namespaces, clones the process that runs the plan, tells who it is and ends. Never returns.</summary>
    /// <param name="joins">A descriptor and the kind of namespace (CLONE_NEW*), for each.</param>
    /// <param name="arguments">struct clone_args of the process.</param>
    /// <param name="report">Where it is told: not on the channel of the process, which may be the first to speak there.</param>
    public static void RunInside(
        int* joins, int joinCount, nint arguments, int size, PlanState* report, PlanStep* steps, int count, PlanState* state)
    {
        var result = ForbidTracing();
        var joined = 0;
        for (; joined < joinCount && result >= 0; joined++)
        {
            var kind = joins[(joined * 2) + 1];
            result = Raw.Call(SyscallNumber.SetNs, joins[joined * 2], kind);
            result = result >= 0 && kind == (int)Namespaces.User ? BecomeRoot() : result;
        }

        if (result < 0)
        {
            Report(report, PlanMessage.Failed, joined - 1, StepKind.JoinNamespace, -result);
        }
        else
        {
            result = Raw.Call(SyscallNumber.Clone3, arguments, size);
            if (result == 0)
            {
                Run(steps, count, state);
            }

            Report(
                report,
                result < 0 ? PlanMessage.Failed : PlanMessage.Cloned,
                result < 0 ? -1 : result,
                StepKind.NewNamespace,
                result < 0 ? -result : 0);
        }

        Raw.Call(SyscallNumber.ExitGroup, 0);
    }

    private static int Perform(PlanStep* step, PlanState* state) => step->Kind switch
    {
        StepKind.ResetSignals => ResetSignals(),
        StepKind.ForbidTracing => ForbidTracing(),
        StepKind.JoinCgroup => JoinCgroup(step),
        StepKind.JoinNamespace => JoinNamespace(step),
        StepKind.NewNamespace => NewNamespace(step),
        StepKind.AwaitParent => AwaitParent(state),
        StepKind.BecomeRoot => BecomeRoot(),
        StepKind.NewSession => NewSession(),
        StepKind.NewKeyring => NewKeyring(step),
        StepKind.WriteFile => WriteFile(step),
        StepKind.SetResourceLimit => SetResourceLimit(step),
        StepKind.SetScheduling => SetScheduling(step),
        StepKind.SetAffinity => SetAffinity(step),
        StepKind.SetPersonality => SetPersonality(step),
        StepKind.SetPropagation => SetPropagation(step),
        StepKind.MakeMountPrivate => MakeMountPrivate(step),
        StepKind.AttachRoot => AttachRoot(step, state),
        StepKind.BindRoot => BindRoot(step, state),
        StepKind.MountFileSystem => MountFileSystem(step, state),
        StepKind.BindMount => BindMount(step, state),
        StepKind.AttachMount => AttachMount(step, state),
        StepKind.SetMountAttributes => SetMountAttributes(step, state),
        StepKind.MakeDevice => MakeDevice(step, state),
        StepKind.MakeSymlink => MakeSymlink(step, state),
        StepKind.OpenTerminal => OpenTerminal(step, state),
        StepKind.BindConsole => BindConsole(step, state),
        StepKind.MaskPath => MaskPath(step, state),
        StepKind.MakePathReadOnly => MakePathReadOnly(step, state),
        StepKind.PauseForParent => PauseForParent(state),
        StepKind.RunHook => RunHook(step, state),
        StepKind.PivotRoot => PivotRoot(state),
        StepKind.MoveRoot => MoveRoot(state),
        StepKind.SetRootAttributes => SetRootAttributes(step),
        StepKind.SetHostName => SetHostName(step),
        StepKind.SetDomainName => SetDomainName(step),
        StepKind.RedirectStandardStream => RedirectStandardStream(step, state),
        StepKind.ChownStandardStream => ChownStandardStream(step),
        StepKind.CloseOnExecute => CloseOnExecute(step),
        StepKind.SetUmask => SetUmask(step),
        StepKind.ChangeDirectory => ChangeDirectory(step, state),
        StepKind.KeepCapabilities => KeepCapabilities(),
        StepKind.DropBoundingCapabilities => DropBoundingCapabilities(step),
        StepKind.SetGroups => SetGroups(step),
        StepKind.SetGid => SetGid(step),
        StepKind.SetUid => SetUid(step),
        StepKind.SetCapabilities => SetCapabilities(step),
        StepKind.SetAmbientCapabilities => SetAmbientCapabilities(step),
        StepKind.ForbidNewPrivileges => ForbidNewPrivileges(),
        StepKind.LoadSeccomp => LoadSeccomp(step, state),
        StepKind.FindExecutable => FindExecutable(step, state),
        StepKind.DieWithParent => DieWithParent(),
        StepKind.ReportReady => Report(state, PlanMessage.Ready, 0, StepKind.None, 0),
        StepKind.AwaitStart => AwaitStart(step, state),
        StepKind.Execute => Execute(step, state),
        _ => -(int)Errno.ENOSYS,
    };

    private static int Report(PlanState* state, int kind, int index, StepKind step, int errno)
    {
        var message = new PlanMessage { Kind = kind, StepIndex = index, Step = step, Errno = errno, Detail = state->Detail };
        var result = Raw.Write(state->Channel, &message, sizeof(PlanMessage));
        if (kind == PlanMessage.Failed && state->FailureChannel >= 0)
        {
            Raw.Write(state->FailureChannel, &message, sizeof(PlanMessage));
        }

        return result;
    }

    private static byte* Empty => Literal("\0"u8);

    /// <summary>A literal's address: it lies in the executable, where nothing moves.</summary>
    private static byte* Literal(ReadOnlySpan<byte> text) =>
        (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(text));
}
