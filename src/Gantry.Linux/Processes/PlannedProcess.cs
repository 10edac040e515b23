using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gantry.Linux.Native;
using Gantry.Linux.Plans;

namespace Gantry.Linux.Processes;

/// <summary>
/// A process that was cloned to carry out a <see cref="Plan"/>. It reports over <see cref="Channel"/> (a socket of
/// messages) until it executes its program, which closes the other end.
/// </summary>
public sealed unsafe class PlannedProcess : IDisposable
{
    private const ulong ReturnPidFd = 0x1000;
    private const ulong ClearSignalHandlers = 0x100000000; // ours must not run in the child before its first step
    private const ulong IntoCgroup = 0x200000000;
    private const ulong SiblingOfMaker = 0x8000; // CLONE_PARENT
    private const int ChildExited = 17;
    private readonly Plan plan;

    private PlannedProcess(Plan plan, PidFd pidFd, FileDescriptor channel)
    {
        this.plan = plan;
        PidFd = pidFd;
        Channel = channel;
    }

    public PidFd PidFd { get; }

    public int Pid => PidFd.Pid;

    public FileDescriptor Channel { get; }

    /// <summary>The master of the terminal that the plan opened; null when it opened none or has not yet. The taker owns it.</summary>
    public FileDescriptor? Terminal { get; private set; }

    /// <summary>What is done each time the process waits in the midst of its plan (<see cref="Plan.PauseForParent"/>).</summary>
    public Action? Paused { get; set; }

    /// <summary>Takes the descriptor that answers for the process's system call filter, when that asks for one.</summary>
    public Action<FileDescriptor>? Listening { get; set; }

    /// <summary>
    /// Clones. A native build only: with a just-in-time compiler the child would have to compile its steps, with locks
    /// that other threads held when they ceased to exist.
    /// </summary>
    /// <param name="plan">Kept alive by the caller until the process executes its program or fails.</param>
    /// <param name="namespaces">New ones for the process, made by the clone itself.</param>
    /// <param name="cgroup">A directory of a cgroup v2 that it starts in; null for the caller's.</param>
    /// <param name="pidNamespace">A PID namespace, or a process in one, that it becomes a member of; null for the caller's.</param>
    /// <param name="joins">
    /// Namespaces that its maker joins, in this order, so that it begins in them and its new ones belong to the user
    /// namespace among them. With these, <paramref name="pidNamespace"/> is one of them.
    /// </param>
    public static PlannedProcess Start(
        Plan plan, Namespaces namespaces, SafeHandle? cgroup = null, SafeHandle? pidNamespace = null, IReadOnlyList<NamespaceJoin>? joins = null)
    {
        if (RuntimeFeature.IsDynamicCodeCompiled)
        {
            throw new PlatformNotSupportedException("processes can be cloned by a native (AOT) build only");
        }

        var (ours, theirs) = Channels.Pair();
        using (theirs)
        {
            using var own = pidNamespace is null ? null : EnterPidNamespace(pidNamespace);
            try
            {
                return joins is { Count: > 0 }
                    ? CloneInside(plan, namespaces, cgroup, joins, ours, theirs)
                    : Clone(plan, namespaces, cgroup, ours, theirs);
            }
            catch (LinuxException)
            {
                ours.Dispose();
                throw;
            }
            finally
            {
                if (own is not null)
                {
                    NamespaceCalls.Join(own, Namespaces.Pid, "own PID namespace");
                }
            }
        }
    }

    /// <summary>
    /// Tells a process that waits (<see cref="Plan.AwaitParent"/>, <see cref="Plan.AwaitStart"/>) to go on. One that has ended told why,
    /// or will be seen to be gone (<see cref="AwaitReady"/>).
    /// </summary>
    public void Release()
    {
        byte go = 1;
        using var held = new HeldDescriptor(Channel);
        var result = Raw.Write(held.Number, &go, 1);
        if (result < 0 && (Errno)(-result) is not (Errno.EPIPE or Errno.ECONNRESET))
        {
            throw new LinuxException("write", (Errno)(-result), $"channel of process {Pid}");
        }
    }

    /// <summary>Waits until the process reports that it is ready: true; or executes its program without: false.</summary>
    /// <exception cref="PlanException">A step failed. The process has been waited for.</exception>
    public bool AwaitReady()
    {
        while (true)
        {
            var length = Channels.Receive(Channel, out var message, out var descriptor);
            if (length == 0)
            {
                return false;
            }

            switch (message.Kind)
            {
                case PlanMessage.Ready:
                    return true;
                case PlanMessage.Terminal:
                    Terminal?.Dispose();
                    Terminal = descriptor;
                    break;
                case PlanMessage.Listener:
                    using (descriptor)
                    {
                        Listening?.Invoke(descriptor!);
                    }

                    break;
                case PlanMessage.Paused:
                    Paused?.Invoke();
                    Release();
                    break;
                case PlanMessage.Failed:
                    PidFd.Wait();
                    throw plan.Failure(message);
            }
        }
    }

    /// <summary>Waits until the program is executed.</summary>
    /// <exception cref="PlanException">A step failed. The process has been waited for.</exception>
    public void AwaitExecuted()
    {
        while (AwaitReady())
        {
        }
    }

    public void Dispose()
    {
        Channel.Dispose();
        PidFd.Dispose();
        Terminal?.Dispose();
    }

    /// <summary>Gives the terminal's master to the caller.</summary>
    public FileDescriptor? TakeTerminal()
    {
        var terminal = Terminal;
        Terminal = null;
        return terminal;
    }

    private static PlannedProcess Clone(Plan plan, Namespaces namespaces, SafeHandle? cgroup, FileDescriptor ours, FileDescriptor theirs)
    {
        using var into = new HeldDescriptor(cgroup);
        var steps = plan.Finish();
        var count = plan.Count;
        var state = plan.State(theirs.Number);
        var parentEnd = ours.Number;
        var pidFd = -1;
        var arguments = new CloneArguments
        {
            Flags = ReturnPidFd | ClearSignalHandlers | (ulong)(uint)namespaces | (cgroup is null ? 0 : IntoCgroup),
            PidFd = (ulong)(&pidFd),
            ExitSignal = ChildExited,
            Cgroup = cgroup is null ? 0 : (ulong)into.Number,
        };
        Raw.Bind();
        var pid = Raw.Call(SyscallNumber.Clone3, (nint)(&arguments), sizeof(CloneArguments));
        if (pid == 0)
        {
            // The parent's end, so that a parent that dies is noticed.
            Raw.Close(parentEnd);
            PlanRunner.Run(steps, count, state);
        }

        return pid > 0
            ? new(plan, new(pidFd, pid), ours)
            : throw new LinuxException("clone3", (Errno)(-pid), $"new namespaces {namespaces.ToString().ToLowerInvariant()}");
    }

    /// <summary>
    /// Clones a process that joins namespaces and clones another from there, which is this one's child (CLONE_PARENT): a
    /// namespace belongs to the user namespace that its maker is in, and this process shall stay where it is.
    /// </summary>
    private static PlannedProcess CloneInside(
        Plan plan, Namespaces namespaces, SafeHandle? cgroup, IReadOnlyList<NamespaceJoin> joins, FileDescriptor ours, FileDescriptor theirs)
    {
        using var into = new HeldDescriptor(cgroup);
        var first = plan.Joins(joins);
        var steps = plan.Finish();
        var count = plan.Count;
        var state = plan.State(theirs.Number);
        var (answer, question) = Channels.Pair();
        using var answers = answer;
        using var questions = question;
        var report = plan.State(question.Number);
        var parentEnd = ours.Number;
        var maker = new CloneArguments
        {
            Flags = ClearSignalHandlers | (cgroup is null ? 0 : IntoCgroup),
            ExitSignal = ChildExited,
            Cgroup = cgroup is null ? 0 : (ulong)into.Number,
        };
        var made = new CloneArguments { Flags = ClearSignalHandlers | SiblingOfMaker | (ulong)(uint)namespaces };
        Raw.Bind();
        var between = Raw.Call(SyscallNumber.Clone3, (nint)(&maker), sizeof(CloneArguments));
        if (between == 0)
        {
            Raw.Close(parentEnd);
            PlanRunner.RunInside(first, joins.Count, (nint)(&made), sizeof(CloneArguments), report, steps, count, state);
        }

        if (between < 0)
        {
            throw new LinuxException("clone3", (Errno)(-between), "a process to join namespaces");
        }

        questions.Dispose();
        using var process = PidFd.Open(between);
        var length = Channels.Receive(answers, out var message, out _);
        process.Wait();
        GC.KeepAlive(joins);
        return length > 0 && message.Kind == PlanMessage.Cloned
            ? new(plan, PidFd.Open(message.StepIndex), ours)
            : throw Plan.Describe(
                message.Step, message.Step == StepKind.JoinNamespace ? joins[message.StepIndex].Subject : namespaces, null, (Errno)message.Errno);
    }

    /// <summary>What this thread clones next becomes a member; returned is the way back.</summary>
    private static FileDescriptor EnterPidNamespace(SafeHandle target)
    {
        FileDescriptor own;
        fixed (byte* path = "/proc/thread-self/ns/pid\0"u8)
        {
            var number = Raw.OpenAt(Libc.AtFdCwd, path, Files.OpenFlags.ReadOnly);
            own = number >= 0 ? new(number) : throw new LinuxException("open", (Errno)(-number), "/proc/thread-self/ns/pid");
        }

        NamespaceCalls.Join(target, Namespaces.Pid, "PID namespace");
        return own;
    }

    /// <summary>struct clone_args (clone3(2)).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct CloneArguments
    {
        public ulong Flags;
        public ulong PidFd;
        public ulong ChildThreadId;
        public ulong ParentThreadId;
        public ulong ExitSignal;
        public ulong Stack;
        public ulong StackSize;
        public ulong ThreadLocalStorage;
        public ulong SetThreadIds;
        public ulong SetThreadIdCount;
        public ulong Cgroup;
    }
}
