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
        StepKind.LoadSeccomp => LoadSeccomp(step),
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
