using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Runtime.Monitor.Logs;
using Gantry.Runtime.Monitor.Ports;
using Gantry.Runtime.Monitor.Protocol;

namespace Gantry.Runtime.Monitor.Server;

/// <summary>One container's monitor: owner of its streams, log, clients, execs and exit.</summary>
internal sealed partial class MonitorServer : IDisposable
{
    private const int MostMissedEvents = 64;

    private readonly MonitorPaths paths;
    private readonly List<ControlClient> controls = [];
    private readonly Queue<byte[]> missed = new();
    private readonly StreamHub hub;
    private Listener? listener;
    private IMonitoredContainer? container;
    private FileDescriptor? terminalMaster;
    private FileDescriptor? terminalEnd;
    private OomWatch? oom;
    private PortRelays? ports;
    private MonitorPhase phase;
    private long startedAt;
    private bool released;

    public MonitorServer(MonitorPaths paths, PollLoop loop, ContainerLog? log, MonitorOptions options)
    {
        this.paths = paths;
        Loop = loop;
        Options = options;
        hub = new StreamHub(loop, paths.SpillDirectory, log, options.Terminal, options.StdinOnce);
        log?.WhenDrained(hub.ResumeIfPossible);
    }

    public PollLoop Loop { get; }

    public MonitorOptions Options { get; }

    public void Listen(FileDescriptor socket)
    {
        listener = new Listener(this, socket);
        listener.Watch(PollEvents.Readable);
    }

    public void AddControl(FileDescriptor socket, bool greet)
    {
        RawIo.SetBlocking(socket, false);
        var client = new ControlClient(this, socket);
        controls.Add(client);
        if (greet)
        {
            client.Send(State().ToFrame());
        }

        while (missed.TryDequeue(out var frame))
        {
            client.Send(frame);
        }
    }

    public void RemoveControl(ControlClient client) => controls.Remove(client);

    public void Attach(FileDescriptor socket, MonitorStreams streams)
    {
        if (phase == MonitorPhase.Ended)
        {
            Refuse(socket, 0, FailureKind.Conflict, "the container has ended");
            return;
        }

        _ = RawIo.Send(socket, new FlatWriter(FrameType.Ok).UInt32(0).ToFrame());
        _ = new AttachClient(hub, socket, streams);
    }

    /// <summary>Runs until the container has ended and everybody has been told.</summary>
    public void Run()
    {
        Loop.Run(() => released);
        CloseControls();
        // Slow clients, and who the log goes to, get the rest; everything that belongs to the container is given back already.
        Loop.Run(() => hub.Clients.Count == 0 && !execHubs.Any(h => h.Clients.Count > 0) && hub.Log is null or { IsDone: true });
    }

    public void Dispose()
    {
        listener?.Dispose();
        ports?.Dispose();
        hub.Log?.Dispose();
        terminalEnd?.Dispose();
        oom?.Dispose();
        container?.Dispose();
    }

    private static void Refuse(FileDescriptor socket, uint request, FailureKind kind, string message, int exitCode = 0)
    {
        using (socket)
        {
            _ = RawIo.Send(socket, RequestFailure.ToFrame(request, kind, message, exitCode));
        }
    }

    private MonitorState State() => new(
        phase,
        container?.Init.Pid ?? 0,
        startedAt,
        System.Environment.ProcessId,
        [.. execs.Values.Select(exec => exec.Id)]);

    private void Tell(MonitorEvent happened)
    {
        var frame = happened.ToFrame();
        for (var i = controls.Count - 1; i >= 0; i--)
        {
            controls[i].Send(frame);
        }

        // A daemon that is away learns of the container from its state and exit record, of execs only here.
        if (controls.Count == 0 && happened is MonitorExecExited && missed.Count < MostMissedEvents)
        {
            missed.Enqueue(frame);
        }
    }
}
