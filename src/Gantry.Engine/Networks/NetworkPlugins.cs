using System.Collections.Concurrent;
using Gantry.Network.Addresses;
using Gantry.Network.Drivers.Remote;

namespace Gantry.Engine.Networks;

/// <summary>The plug-ins by name, as they are asked for.</summary>
internal sealed class NetworkPlugins : IDisposable
{
    private readonly ConcurrentDictionary<string, NetworkPlugin> plugins = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, AddressPlugin> addressPlugins = new(StringComparer.Ordinal);

    public INetworkPlugin? Find(string name)
    {
        if (!plugins.TryGetValue(name, out var plugin) && NetworkPlugin.TryActivate(name) is { } activated)
        {
            plugin = plugins.GetOrAdd(name, activated);
        }

        return plugin;
    }

    public IAddressPlugin? FindAddresses(string name)
    {
        if (!addressPlugins.TryGetValue(name, out var plugin) && AddressPlugin.TryActivate(name) is { } activated)
        {
            plugin = addressPlugins.GetOrAdd(name, activated);
        }

        return plugin;
    }

    public void Dispose()
    {
        foreach (var plugin in addressPlugins.Values)
        {
            plugin.Dispose();
        }

        foreach (var plugin in plugins.Values)
        {
            plugin.Dispose();
        }
    }
}
