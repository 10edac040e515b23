using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Plans;

/// <summary>
/// What a new process does between clone3 and execve, prepared to the last byte before it exists: steps in unmanaged
/// memory, each carried out by the method of <see cref="PlanRunner"/> of its name. Descriptors that steps mention must
/// stay open until <see cref="Processes.PlannedProcess.Start"/> returned.
/// </summary>
public sealed unsafe partial class Plan : IDisposable
{
    private const int Usual = 128;
    private readonly Arena arena = new();
    private readonly List<PlanStep> steps = new(Usual);
    // Told only when a step fails: what costs something to put into words is kept as it is.
    private readonly List<object?> subjects = new(Usual);
    private readonly List<IReadOnlyList<string>?> options = new(Usual);

    /// <summary>A second place, besides the channel to the parent, that a failure is written to; -1 for none.</summary>
    public int FailureDescriptor { get; set; } = -1;

    public int Count => steps.Count;

    public IEnumerable<StepKind> Kinds => steps.Select(s => s.Kind);

    public Plan ResetSignals() => Add(StepKind.ResetSignals);

    public Plan ForbidTracing() => Add(StepKind.ForbidTracing);

    /// <param name="tasks">The file that the process writes itself into; null to open it by its path then.</param>
    public Plan JoinCgroup(SafeHandle? tasks, string path) =>
        Add(StepKind.JoinCgroup, path, tasks is null ? -1 : Number(tasks), (nint)arena.Text(path));

    public Plan JoinNamespace(SafeHandle namespaceOrProcess, Namespaces kinds, string subject) =>
        Add(StepKind.JoinNamespace, subject, Number(namespaceOrProcess), (nint)kinds);

    public Plan NewNamespace(Namespaces kinds) => Add(StepKind.NewNamespace, kinds, (nint)kinds);

    public Plan AwaitParent() => Add(StepKind.AwaitParent);

    public Plan BecomeRoot() => Add(StepKind.BecomeRoot);

    public Plan NewSession() => Add(StepKind.NewSession);

    public Plan NewKeyring(string name) => Add(StepKind.NewKeyring, name, (nint)arena.Text(name));

    public Plan WriteFile(string path, string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return Add(StepKind.WriteFile, $"{text} to {path}", (nint)arena.Text(path), (nint)arena.Bytes(bytes), bytes.Length);
    }

    public Plan SetResourceLimit(int resource, string name, ulong soft, ulong hard) =>
        Add(StepKind.SetResourceLimit, name, resource, unchecked((nint)soft), unchecked((nint)hard));

    /// <param name="mask">A bit for each processor, as many bytes as it takes.</param>
    public Plan SetAffinity(ReadOnlySpan<byte> mask, string list) => Add(StepKind.SetAffinity, list, (nint)arena.Bytes(mask), mask.Length);

    /// <param name="domain">PER_* of personality(2).</param>
    public Plan SetPersonality(uint domain, string name) => Add(StepKind.SetPersonality, name, (nint)domain);

    /// <summary>Waits while the parent does what only it can (<see cref="Processes.PlannedProcess.Paused"/>).</summary>
    public Plan PauseForParent() => Add(StepKind.PauseForParent);

    /// <summary>Runs a program and waits for it.</summary>
    public Plan RunHook(HookStep hook) => Add(
        StepKind.RunHook,
        hook.Path,
        (nint)arena.Text(hook.Path),
        (nint)arena.Texts(hook.Arguments),
        (nint)arena.Texts(hook.Environment),
        (nint)arena.Text(hook.StateBeforePid),
        (nint)arena.Text(hook.StateAfterPid),
        hook.Timeout ?? 0);

    public Plan SetHostName(string name) =>
        Add(StepKind.SetHostName, name, (nint)arena.Text(name), System.Text.Encoding.UTF8.GetByteCount(name));

    public Plan SetDomainName(string name) =>
        Add(StepKind.SetDomainName, name, (nint)arena.Text(name), System.Text.Encoding.UTF8.GetByteCount(name));

    /// <summary>Makes 0, 1 or 2 a duplicate of <paramref name="from"/>, or of the terminal that was opened when it is null.</summary>
    public Plan RedirectStandardStream(int stream, SafeHandle? from) =>
        Add(StepKind.RedirectStandardStream, $"{stream}", from is null ? -1 : Number(from), stream);

    public Plan ChownStandardStream(int stream, uint uid, uint gid) =>
        Add(StepKind.ChownStandardStream, $"{stream}", stream, (nint)uid, (nint)gid);

    public Plan CloseOnExecute(int first) => Add(StepKind.CloseOnExecute, $"{first}", first);

    public Plan SetUmask(uint mask) => Add(StepKind.SetUmask, null, (nint)mask);

    public Plan ChangeDirectory(string path, bool create = false) =>
        Add(StepKind.ChangeDirectory, path, (nint)arena.Text(path), create ? 1 : 0);

    /// <param name="rows">With columns, the size of the terminal; 0 leaves it.</param>
    public Plan OpenTerminal(ushort rows, ushort columns) => Add(StepKind.OpenTerminal, "/dev/ptmx", (rows << 16) | columns);

    public Plan BindConsole() => Add(StepKind.BindConsole, "/dev/console");

    /// <summary>Looks for the program, so that a missing one is known before the process is started.</summary>
    /// <param name="subject">The name that was asked for.</param>
    public Plan FindExecutable(IReadOnlyList<string> candidates, string subject) =>
        Add(StepKind.FindExecutable, subject, (nint)arena.Texts(candidates), subject.Contains('/', StringComparison.Ordinal) ? 0 : 1);

    /// <summary>The process is killed when the thread that cloned it ends. After all changes of user: they would undo it.</summary>
    public Plan DieWithParent() => Add(StepKind.DieWithParent);

    /// <summary>Tells the parent that all that precedes is done.</summary>
    public Plan ReportReady() => Add(StepKind.ReportReady);

    /// <summary>Waits for a byte from a descriptor, or from the parent when it is null.</summary>
    /// <param name="orClosed">Goes on also when the other end is closed without a byte.</param>
    public Plan AwaitStart(SafeHandle? from, bool orClosed = false) =>
        Add(StepKind.AwaitStart, null, from is null ? -1 : Number(from), orClosed ? 1 : 0);

    public Plan Execute(IReadOnlyList<string> candidates, IReadOnlyList<string> arguments, IReadOnlyList<string> environment) => Add(
        StepKind.Execute,
        arguments.Count > 0 ? arguments[0] : null,
        (nint)arena.Texts(candidates),
        (nint)arena.Texts(arguments),
        (nint)arena.Texts(environment));

    public void Dispose() => arena.Dispose();

    internal PlanStep* Finish()
    {
        var memory = (PlanStep*)arena.Allocate(steps.Count * sizeof(PlanStep));
        CollectionsMarshal.AsSpan(steps).CopyTo(new Span<PlanStep>(memory, steps.Count));
        return memory;
    }

    internal int* Joins(IReadOnlyList<NamespaceJoin> joins)
    {
        var memory = (int*)arena.Allocate(joins.Count * 2 * sizeof(int));
        for (var i = 0; i < joins.Count; i++)
        {
            memory[i * 2] = Number(joins[i].Handle);
            memory[(i * 2) + 1] = (int)joins[i].Kind;
        }

        return memory;
    }

    internal PlanState* State(int channel)
    {
        var state = (PlanState*)arena.Allocate(sizeof(PlanState));
        *state = new() { Channel = channel, FailureChannel = FailureDescriptor, Root = -1, Terminal = -1 };
        return state;
    }

    private static int Number(SafeHandle handle) => (int)handle.DangerousGetHandle();

    private Plan Add(StepKind kind, object? subject = null, nint a = 0, nint b = 0, nint c = 0, nint d = 0, nint e = 0, nint f = 0)
    {
        steps.Add(new() { Kind = kind, A = a, B = b, C = c, D = d, E = e, F = f });
        subjects.Add(subject);
        options.Add(null);
        return this;
    }
}
