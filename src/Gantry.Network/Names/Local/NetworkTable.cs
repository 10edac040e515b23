using System.Net;

namespace Gantry.Network.Names.Local;

/// <summary>The names of one network.</summary>
internal sealed class NetworkTable(string name)
{
    private readonly Dictionary<string, NetworkNames> endpoints = [];
    private readonly Dictionary<string, SharedName> names = [];
    private readonly Dictionary<IPAddress, string> reverse = [];

    public string Name { get; } = name;

    public bool IsEmpty => endpoints.Count == 0;

    public void Set(NetworkNames endpoint)
    {
        Remove(endpoint.ContainerId);
        endpoints[endpoint.ContainerId] = endpoint;
        foreach (var key in Keys(endpoint))
        {
            if (!names.TryGetValue(key, out var shared)) names[key] = shared = new SharedName();
            shared.Owners.Add(endpoint);
        }

        if (endpoint.Names.Count == 0) return;
        foreach (var address in endpoint.Addresses) reverse[address] = endpoint.Names[0];
    }

    public void Remove(string containerId)
    {
        if (!endpoints.Remove(containerId, out var endpoint)) return;
        foreach (var key in Keys(endpoint))
        {
            if (!names.TryGetValue(key, out var shared)) continue;
            shared.Owners.Remove(endpoint);
            if (shared.Owners.Count == 0) names.Remove(key);
        }

        foreach (var address in endpoint.Addresses)
        {
            // An address that another container has by now is that one's.
            if (endpoint.Names.Count > 0 && reverse.TryGetValue(address, out var owner) && owner == endpoint.Names[0]) reverse.Remove(address);
        }
    }

    public bool TryFind(ReadOnlySpan<char> lowerCase, List<IPAddress> addresses)
    {
        if (!names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(lowerCase, out var shared)) return false;
        var owners = shared.Owners;
        var first = owners.Count > 1 ? shared.Turn++ % (uint)owners.Count : 0;
        for (var i = 0; i < owners.Count; i++)
        {
            addresses.AddRange(owners[(int)((first + i) % owners.Count)].Addresses);
        }

        return true;
    }

    public string? FindName(IPAddress address) => reverse.GetValueOrDefault(address);

    private static IEnumerable<string> Keys(NetworkNames endpoint) => endpoint.Names.Select(name => name.ToLowerInvariant()).Distinct();

    /// <summary>A name and who has it, one after the other.</summary>
    private sealed class SharedName
    {
        public List<NetworkNames> Owners { get; } = [];

        public uint Turn { get; set; }
    }
}
