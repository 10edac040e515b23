using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Spec;

namespace Gantry.Runtime.Monitor.Server;

internal sealed partial class MonitorServer
{
    private readonly Dictionary<string, ExecSession> execs = [];
    private readonly List<StreamHub> execHubs = [];

    public void StartExec(FileDescriptor socket, MonitorStreams streams, ReadOnlySpan<byte> payload)
    {
        ExecRequest request;
        try
        {
            request = ExecRequest.Read(payload);
        }
        catch (InvalidArgumentException e)
        {
            Refuse(socket, 0, FailureKind.InvalidArgument, e.Message);
            return;
        }

        if (phase != MonitorPhase.Running)
        {
            Refuse(socket, 0, FailureKind.Conflict, $"container {Options.Id} is not running");
        }
        else if (execs.ContainsKey(request.Id))
        {
            Refuse(socket, 0, FailureKind.Conflict, $"exec {request.Id} is already running");
        }
        else
        {
            StartExec(socket, streams, request);
        }
    }

    private void StartExec(FileDescriptor socket, MonitorStreams streams, ExecRequest request)
    {
        execHubs.RemoveAll(old => old.Clients.Count == 0 && old.Pumps.Count == 0);
        var execHub = new StreamHub(Loop, paths.SpillDirectory, null, request.Terminal, closeStdinWithClient: true);
        var session = new ExecSession(request.Id, execHub);
        StartedExec started;
        try
        {
            using var pipes = request.Terminal ? null : ProcessPipes.Connect(execHub, streams);
            started = container!.StartExec(request, pipes);
        }
        catch (Exception e) when (e is IOException or GantryException or UnauthorizedAccessException)
        {
            execHub.Finish();
            var (exitCode, message) = StartFailure.Describe(e, request.Arguments.Count > 0 ? request.Arguments[0] : "", exec: true);
            Refuse(socket, 0, FailureKind.ProcessStart, message, exitCode);
            return;
        }

        if (started.Terminal is { } master)
        {
            session.Master = master;
            session.TerminalEnd = ProcessPipes.ConnectTerminal(execHub, master, input: (streams & MonitorStreams.Stdin) != 0);
        }

        Loop.TrimSoon();
        execs[request.Id] = session;
        execHubs.Add(execHub);
        _ = Linux.Poll.RawIo.Send(socket, new FlatWriter(FrameType.ExecStarted).Int32(started.Process.Pid).ToFrame());
        if (streams == MonitorStreams.None)
        {
            socket.Dispose();
        }
        else
        {
            _ = new AttachClient(execHub, socket, streams);
        }

        session.Watch = new ExitWatch(Loop, started.Process, status => OnExecExit(session, status));
    }

    private void OnExecExit(ExecSession session, ExitStatus status)
    {
        execs.Remove(session.Id);
        session.Hub.Finish();
        session.TerminalEnd?.Dispose();
        Tell(new MonitorExecExited(session.Id, status.Code));
    }

    // With the container's PID namespace its execs are dying; in another's they have to be told.
    private void EndExecs()
    {
        foreach (var session in execs.Values.ToArray())
        {
            OnExecExit(session, session.Kill());
        }
    }
}
