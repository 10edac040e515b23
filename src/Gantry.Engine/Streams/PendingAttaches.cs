using Gantry.Runtime.Monitor.Client;

namespace Gantry.Engine.Streams;

/// <summary>Clients that attached before the container started; they are connected when it is created, before its program runs.</summary>
internal sealed class PendingAttaches
{
    private readonly Lock gate = new();
    private readonly List<ContainerAttachSession> sessions = [];

    public void Add(ContainerAttachSession session)
    {
        lock (gate)
        {
            sessions.Add(session);
        }
    }

    public void Remove(ContainerAttachSession session)
    {
        lock (gate)
        {
            sessions.Remove(session);
        }
    }

    public async Task ConnectAsync(MonitorClient monitor, CancellationToken cancellationToken)
    {
        var waiting = Take();
        if (waiting.Length == 0)
        {
            return;
        }

        try
        {
            await monitor.Ready.WaitAsync(cancellationToken).ConfigureAwait(false);
            await Task.WhenAll(waiting.Select(session => session.ConnectAsync(monitor, cancellationToken))).ConfigureAwait(false);
        }
        catch
        {
            Array.ForEach(waiting, session => session.End());
            throw;
        }
    }

    /// <summary>There will be no start: all see the end of output.</summary>
    public void End() => Array.ForEach(Take(), session => session.End());

    private ContainerAttachSession[] Take()
    {
        lock (gate)
        {
            var all = sessions.ToArray();
            sessions.Clear();
            return all;
        }
    }
}
