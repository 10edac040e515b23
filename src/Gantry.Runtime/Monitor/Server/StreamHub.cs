using Gantry.Linux.Poll;
using Gantry.Runtime.Monitor.Logs;
using Gantry.Runtime.Monitor.Protocol;

namespace Gantry.Runtime.Monitor.Server;

/// <summary>The streams of one process, the container's first or an exec's: its pipes or terminal on one side, log and clients on the other.</summary>
internal sealed class StreamHub(PollLoop loop, string spillDirectory, ContainerLog? log, bool isTerminal, bool closeStdinWithClient)
{
    private readonly List<OutputPump> pumps = [];
    private readonly List<AttachClient> clients = [];

    public PollLoop Loop { get; } = loop;

    /// <summary>Where a client's backlog may be put down.</summary>
    public string SpillDirectory { get; } = spillDirectory;

    public bool IsTerminal { get; } = isTerminal;

    public ContainerLog? Log { get; } = log;

    public StdinTarget? Stdin { get; private set; }

    public bool CloseStdinWithClient { get; } = closeStdinWithClient;

    public IReadOnlyList<OutputPump> Pumps => pumps;

    public IReadOnlyList<AttachClient> Clients => clients;

    public void AddOutput(OutputPump pump)
    {
        pumps.Add(pump);
        pump.Watch(PollEvents.Readable);
    }

    public void SetStdin(StdinTarget target) => Stdin = target;

    public void AddClient(AttachClient client) => clients.Add(client);

    public void RemoveClient(AttachClient client)
    {
        clients.Remove(client);
        ResumeIfPossible();
    }

    public void RemovePump(OutputPump pump) => pumps.Remove(pump);

    /// <summary>Takes what the process just wrote: to the log first, then to whoever is attached.</summary>
    public void Write(FrameType stream, ReadOnlySpan<byte> data)
    {
        Log?.Write(stream == FrameType.Stderr, data);
        for (var i = clients.Count - 1; i >= 0; i--)
        {
            clients[i].Send(stream, data);
        }

        if (MustPause())
        {
            foreach (var pump in pumps)
            {
                pump.Watch(PollEvents.None);
            }
        }
    }

    public void ResumeIfPossible()
    {
        if (!MustPause())
        {
            foreach (var pump in pumps)
            {
                pump.Watch(PollEvents.Readable);
            }
        }
    }

    /// <summary>A client's input has ended, or the client.</summary>
    public void InputEnded(AttachClient client)
    {
        Stdin?.Forget(client);
        if (CloseStdinWithClient && !IsTerminal)
        {
            CloseStdin();
        }
    }

    public void CloseStdin()
    {
        Stdin?.Dispose();
        Stdin = null;
    }

    /// <summary>The process has ended: takes what it still left in its pipes, and lets the clients go once they have it all.</summary>
    public void Finish()
    {
        for (var i = pumps.Count - 1; i >= 0; i--)
        {
            pumps[i].Drain();
        }

        Log?.Finish();
        CloseStdin();
        for (var i = clients.Count - 1; i >= 0; i--)
        {
            clients[i].FinishWhenSent();
        }
    }

    private bool MustPause()
    {
        if (Log is { IsFull: true })
        {
            return true;
        }

        foreach (var client in clients)
        {
            if (client.IsFull)
            {
                return true;
            }
        }

        return false;
    }
}
