using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Linux.Processes;
using Gantry.Runtime.Monitor.Protocol;

namespace Gantry.Runtime.Monitor.Server;

internal sealed partial class MonitorServer
{
    private const int SignalKill = 9;

    /// <summary>Has the container made, with the ends of its streams here.</summary>
    /// <returns>False when it could not be; everybody has been told and the exit is recorded.</returns>
    public bool Create(Func<ProcessPipes?, IMonitoredContainer> create)
    {
        try
        {
            var streams = MonitorStreams.Stdout | MonitorStreams.Stderr | (Options.OpenStdin ? MonitorStreams.Stdin : MonitorStreams.None);
            using var pipes = Options.Terminal ? null : ProcessPipes.Connect(hub, streams);
            container = create(pipes);
        }
        catch (Exception e) when (e is IOException or Spec.GantryException or UnauthorizedAccessException)
        {
            Fail(e);
            return false;
        }

        Adopt(container, container.TakeTerminal());
        phase = MonitorPhase.Created;
        Tell(new MonitorReady(container.Init.Pid));
        return true;
    }

    private void Adopt(IMonitoredContainer made, FileDescriptor? master)
    {
        if (master is not null)
        {
            terminalMaster = master;
            terminalEnd = ProcessPipes.ConnectTerminal(hub, master, input: true);
        }

        oom = OomWatch.TryCreate(Loop, made.Cgroup, () => Tell(new MonitorOom()));
        _ = new ExitWatch(Loop, made.Init, OnExit);
    }

    private void Start(ControlClient client, uint request)
    {
        if (phase != MonitorPhase.Created)
        {
            client.Send(RequestFailure.ToFrame(request, FailureKind.Conflict, $"the container is {phase.ToString().ToLowerInvariant()} and cannot be started"));
            return;
        }

        try
        {
            container!.Start();
        }
        catch (IOException e)
        {
            var (exitCode, message) = Fail(e);
            client.Send(RequestFailure.ToFrame(request, FailureKind.ProcessStart, message, exitCode));
            return;
        }

        Loop.TrimSoon();
        startedAt = Clock.Now();
        phase = MonitorPhase.Running;
        Tell(new MonitorStarted(container.Init.Pid, startedAt));
        client.Send(new FlatWriter(FrameType.Ok).UInt32(request).ToFrame());
    }

    private (int ExitCode, string Message) Fail(Exception why)
    {
        var (exitCode, message) = StartFailure.Describe(why, Options.Program, exec: false);
        phase = MonitorPhase.Ended;
        hub.Finish();
        Record(new ExitStatus(exitCode, 0), false, Clock.Now(), message);
        Release(new MonitorStartFailed(exitCode, message));
        return (exitCode, message);
    }

    private void OnExit(ExitStatus status)
    {
        if (phase == MonitorPhase.Ended)
        {
            return;
        }

        var finishedAt = Clock.Now();
        phase = MonitorPhase.Ended;
        if (!container!.OwnsProcesses)
        {
            container.Cgroup.SignalAll(SignalKill);
        }

        EndExecs();
        hub.Finish();
        var oomKilled = oom?.Happened() ?? false;
        Record(status, oomKilled, finishedAt, null);
        Release(new MonitorExited(status.Code, status.Signal, oomKilled, finishedAt));
    }

    private void Record(ExitStatus status, bool oomKilled, long finishedAt, string? error)
    {
        try
        {
            ExitFile.Write(paths.ExitPath, status.Code, status.Signal, oomKilled, startedAt, finishedAt, error, durable: !Options.RemovedAtExit);
        }
        catch (LinuxException e)
        {
            // A daemon that listens learns it nevertheless.
            MonitorErrors.Write($"exit of container {Options.Id} cannot be recorded: {e.Message}");
        }
    }

    /// <summary>Tells the end, and gives back all that another monitor of this container would need.</summary>
    private void Release(MonitorEvent end)
    {
        // First: who hears of the end may want the ports.
        ports?.Dispose();
        ports = null;
        Tell(end);
        oom?.Dispose();
        oom = null;
        terminalEnd?.Dispose();
        try
        {
            container?.Destroy();
        }
        catch (IOException e)
        {
            MonitorErrors.Write($"container {Options.Id} cannot be removed: {e.Message}");
        }

        listener?.Dispose();
        _ = AppendFile.Unlink(paths.Socket);
        released = true;
    }

    /// <summary>Closes the daemon's connections; what is still queued for one that does not read is not waited for.</summary>
    private void CloseControls()
    {
        for (var i = controls.Count - 1; i >= 0; i--)
        {
            controls[i].Dispose();
        }
    }
}
