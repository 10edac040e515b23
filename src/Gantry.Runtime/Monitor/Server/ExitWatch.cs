using Gantry.Linux.Poll;
using Gantry.Linux.Processes;

namespace Gantry.Runtime.Monitor.Server;

/// <summary>Waits for a child: its process descriptor becomes readable when it has ended (pidfd_open(2)).</summary>
internal sealed class ExitWatch : Watcher
{
    private readonly PidFd process;
    private readonly Action<ExitStatus> ended;

    public ExitWatch(PollLoop loop, PidFd process, Action<ExitStatus> ended)
        : base(loop, process)
    {
        this.process = process;
        this.ended = ended;
        Watch(PollEvents.Readable);
    }

    public PidFd Process => process;

    public override void OnEvents(PollEvents events)
    {
        if (process.TryWait() is { } status)
        {
            Dispose();
            ended(status);
        }
    }
}
