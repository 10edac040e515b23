using System.Net;
using Gantry.Network.Records;

namespace Gantry.Network.Ports;

/// <summary>Which ports of the host our containers have.</summary>
internal sealed class PortTable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, IReadOnlyList<PublishedPort>> containers = [];

    public void Set(string containerId, IReadOnlyList<PublishedPort> ports)
    {
        lock (gate) containers[containerId] = ports;
    }

    /// <summary>What the container had.</summary>
    public IReadOnlyList<PublishedPort> Remove(string containerId)
    {
        lock (gate) return containers.Remove(containerId, out var ports) ? ports : [];
    }

    /// <summary>The container that has one of these ports at an address that includes or is included in this one; null when none.</summary>
    public string? HolderOf(string protocol, IPAddress address, ushort port, int count)
    {
        lock (gate)
        {
            foreach (var (id, ports) in containers)
            {
                foreach (var other in ports)
                {
                    if (other.HostPort > 0 && other.Protocol == protocol && Meet(other.HostAddress, address)
                        && port < other.HostPort + other.Count && other.HostPort < port + count)
                    {
                        return id;
                    }
                }
            }

            return null;
        }
    }

    private static bool Meet(IPAddress one, IPAddress other) =>
        one.AddressFamily == other.AddressFamily && (one.Equals(other) || IsAny(one) || IsAny(other));

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
