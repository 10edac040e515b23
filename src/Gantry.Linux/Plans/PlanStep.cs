using System.Runtime.InteropServices;

namespace Gantry.Linux.Plans;

/// <summary>What a step does. The names are what a failure says.</summary>
public enum StepKind
{
    None,
    ResetSignals,
    ForbidTracing,
    JoinCgroup,
    JoinNamespace,
    NewNamespace,
    AwaitParent,
    BecomeRoot,
    NewSession,
    NewKeyring,
    WriteFile,
    SetResourceLimit,
    SetScheduling,
    SetAffinity,
    SetPersonality,
    SetPropagation,
    MakeMountPrivate,
    AttachRoot,
    BindRoot,
    MountFileSystem,
    BindMount,
    AttachMount,
    SetMountAttributes,
    MakeDevice,
    MakeSymlink,
    OpenTerminal,
    BindConsole,
    MaskPath,
    MakePathReadOnly,
    PauseForParent,
    RunHook,
    PivotRoot,
    MoveRoot,
    SetRootAttributes,
    SetHostName,
    SetDomainName,
    RedirectStandardStream,
    ChownStandardStream,
    CloseOnExecute,
    SetUmask,
    ChangeDirectory,
    KeepCapabilities,
    DropBoundingCapabilities,
    SetGroups,
    SetGid,
    SetUid,
    SetCapabilities,
    SetAmbientCapabilities,
    ForbidNewPrivileges,
    LoadSeccomp,
    FindExecutable,
    DieWithParent,
    ReportReady,
    AwaitStart,
    Execute,
}

/// <summary>One step in unmanaged memory; what A to F mean is written at the method that carries the step out.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PlanStep
{
    public StepKind Kind;
    public nint A;
    public nint B;
    public nint C;
    public nint D;
    public nint E;
    public nint F;
}

/// <summary>What the child knows while it runs the plan.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PlanState
{
    public int Channel;
    public int FailureChannel;
    public int Root;
    public int Terminal;
    public int Executable;

    /// <summary>Which part of the step failed, see <see cref="StepDetail"/>; from 16 on, 16 + the index of an option.</summary>
    public int Detail;
}

/// <summary>The part of a step that failed.</summary>
internal enum StepDetail
{
    None,
    Source,
    Target,
    FileSystemType,
    Attributes,
    Superblock,
    Attach,
    NotADevice,
    OnProc,
    OutsideRoot,
    Contents,
    Option = 16,
}

/// <summary>A message of the child to its parent.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PlanMessage
{
    public const int Ready = 1;
    public const int Failed = 2;
    public const int Terminal = 3;

    /// <summary>It waits until its parent has done what it does in the midst of the plan.</summary>
    public const int Paused = 4;

    /// <summary>With the descriptor that answers for a system call filter (seccomp_unotify(2)).</summary>
    public const int Listener = 5;

    /// <summary>The step's index is the number of the process that carries the plan out.</summary>
    public const int Cloned = 6;

    public int Kind;
    public int StepIndex;
    public StepKind Step;
    public int Errno;
    public int Detail;
}
