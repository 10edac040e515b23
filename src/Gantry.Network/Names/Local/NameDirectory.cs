using System.Net;

namespace Gantry.Network.Names.Local;

/// <summary>The names of all networks, and who sees which. Members may be called from any thread.</summary>
internal sealed class NameDirectory
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, NetworkTable> networks = [];
    private readonly Dictionary<string, List<NetworkTable>> seen = [];

    public void Publish(NetworkNames names)
    {
        lock (gate)
        {
            if (!networks.TryGetValue(names.NetworkId, out var network))
            {
                networks[names.NetworkId] = network = new NetworkTable(names.NetworkName);
            }

            network.Set(names);
            if (!seen.TryGetValue(names.ContainerId, out var tables)) seen[names.ContainerId] = tables = [];
            if (tables.Contains(network)) return;
            tables.Add(network);
            tables.Sort(static (one, other) => string.CompareOrdinal(one.Name, other.Name));
        }
    }

    public void Withdraw(string networkId, string containerId)
    {
        lock (gate)
        {
            if (!networks.TryGetValue(networkId, out var network)) return;
            network.Remove(containerId);
            if (network.IsEmpty) networks.Remove(networkId);
            if (!seen.TryGetValue(containerId, out var tables)) return;
            tables.Remove(network);
            if (tables.Count == 0) seen.Remove(containerId);
        }
    }

    /// <summary>
    /// Finds a name as a container sees it. Of <c>a.b.c</c> this is: the name in any of its networks, <c>a.b</c> in network
    /// <c>c</c>, <c>a</c> in network <c>b.c</c>; both may have dots in them.
    /// </summary>
    /// <param name="containerId">Who asks.</param>
    /// <param name="name">Lower case.</param>
    /// <param name="addresses">Gets the addresses, those of several containers in rotation.</param>
    /// <returns>Whether there is such a name.</returns>
    public bool TryFind(string containerId, ReadOnlySpan<char> name, List<IPAddress> addresses)
    {
        lock (gate)
        {
            if (!seen.TryGetValue(containerId, out var tables)) return false;
            foreach (var network in tables)
            {
                if (network.TryFind(name, addresses)) return true;
            }

            for (var dot = name.LastIndexOf('.'); dot > 0; dot = name[..dot].LastIndexOf('.'))
            {
                foreach (var network in tables)
                {
                    if (name[(dot + 1)..].Equals(network.Name, StringComparison.OrdinalIgnoreCase) && network.TryFind(name[..dot], addresses)) return true;
                }
            }

            return false;
        }
    }

    /// <summary>The name of an address in one of the container's networks, with the network's as its domain.</summary>
    public string? FindName(string containerId, IPAddress address)
    {
        lock (gate)
        {
            if (!seen.TryGetValue(containerId, out var tables)) return null;
            foreach (var network in tables)
            {
                if (network.FindName(address) is { } name) return $"{name}.{network.Name}";
            }

            return null;
        }
    }
}
