using Gantry.Linux.Sockets;

namespace Gantry.Network.Names.Upstream;

/// <summary>A server that others' names are asked of, and what is known of it.</summary>
internal sealed class UpstreamServer(InternetEndPoint address)
{
    private const int ProbeEvery = 5000;

    private long probeAt;

    public InternetEndPoint Address => address;

    /// <summary>It did not answer when it was last asked.</summary>
    public bool IsSuspect { get; private set; }

    public void MarkAlive() => IsSuspect = false;

    public void MarkSuspect(long now)
    {
        IsSuspect = true;
        probeAt = now + ProbeEvery;
    }

    /// <summary>Whether a suspect is to be asked beside another, at no cost to who waits; says so once in a while.</summary>
    public bool TakeProbe(long now)
    {
        if (!IsSuspect || now < probeAt) return false;
        probeAt = now + ProbeEvery;
        return true;
    }
}
