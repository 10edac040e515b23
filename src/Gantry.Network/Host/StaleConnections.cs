using System.Net;
using Gantry.Linux;
using Gantry.Linux.Netlink;
using Microsoft.Extensions.Logging;

namespace Gantry.Network.Host;

/// <summary>
/// Tracked connections of addresses that were given back: who gets such an address next must not get the answers to the last
/// one's questions. They are removed in the background, as the kernel looks through its whole table for them, some ms each time.
/// </summary>
internal sealed partial class StaleConnections(NetworkNamespaces namespaces, ILogger logger) : IDisposable
{
    private readonly object gate = new();
    private readonly ConntrackSocket socket = namespaces.AtHome(() => new ConntrackSocket());
    private readonly HashSet<IPAddress> waiting = [];
    private HashSet<IPAddress> leaving = [];
    private bool isWorking;

    public void Remove(IPAddress address)
    {
        lock (gate)
        {
            waiting.Add(address);
            if (isWorking) return;
            isWorking = true;
        }

        _ = Task.Run(Work);
    }

    /// <summary>Returns when nothing is left of an address's last holder.</summary>
    public void Await(IPAddress address)
    {
        lock (gate)
        {
            while (waiting.Contains(address) || leaving.Contains(address)) Monitor.Wait(gate);
        }
    }

    /// <summary>At once, as a client that sends datagrams on and on keeps the way of its first one.</summary>
    public void RemoveUdp(bool isIPv6, ushort port, int count)
    {
        try
        {
            socket.DeleteUdp(isIPv6, port, count);
        }
        catch (LinuxException e)
        {
            // The kernel may not track connections, or not tell of them (CONFIG_NF_CT_NETLINK).
            LogKept(logger, e);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            while (isWorking) Monitor.Wait(gate);
        }

        socket.Dispose();
    }

    private void Work()
    {
        while (true)
        {
            lock (gate)
            {
                leaving = [.. waiting];
                waiting.Clear();
                isWorking = leaving.Count > 0;
                Monitor.PulseAll(gate);
                if (!isWorking) return;
            }

            try
            {
                socket.DeleteOf(leaving);
            }
            catch (Exception e)
            {
                // Whatever it was: whoever waits for an address must get it.
                LogKept(logger, e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "old connections could not be removed")]
    private static partial void LogKept(ILogger logger, Exception exception);
}
