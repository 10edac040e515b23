using Gantry.Engine.Containers;
using Gantry.Runtime.Monitor.Client;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Execs;

/// <summary>A further command in a container, from its creation until some minutes after its end.</summary>
internal sealed class ExecInstance(string id, Container container, ExecCreateRequest request)
{
    private const int Killed = 137;
    private int claimed;

    public string Id => id;

    public Container Container => container;

    public ExecCreateRequest Request => request;

    /// <summary>There while it runs.</summary>
    public MonitorExec? Process { get; set; }

    /// <summary>Completes when it has ended and its exit code is here.</summary>
    public Task Ended { get; set; } = Task.CompletedTask;

    public int? ExitCode { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public bool IsRunning => Process is not null && ExitCode is null;

    /// <summary>Somebody has started it.</summary>
    public bool IsClaimed => Volatile.Read(ref claimed) != 0;

    /// <summary>True for the one caller who may start it.</summary>
    public bool TryClaim() => Interlocked.Exchange(ref claimed, 1) == 0;

    public void ContainerEnded()
    {
        if (IsRunning)
        {
            ExitCode = Killed;
        }
    }

    public ExecInspectResponse Inspect() => new()
    {
        ID = id,
        Running = IsRunning,
        ExitCode = ExitCode,
        ProcessConfig = new()
        {
            Tty = request.Tty,
            Entrypoint = request.Cmd![0],
            Arguments = request.Cmd[1..],
            Privileged = request.Privileged,
            User = request.User,
        },
        OpenStdin = request.AttachStdin,
        OpenStderr = request.AttachStderr,
        OpenStdout = request.AttachStdout,
        ContainerID = container.Id,
        Pid = Process?.ProcessId ?? 0,
    };
}
