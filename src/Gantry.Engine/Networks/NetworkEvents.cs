using Gantry.Engine.Events;

namespace Gantry.Engine.Networks;

/// <summary>Publishes what happens to networks, with Docker's attributes.</summary>
internal sealed class NetworkEvents(EventBus bus)
{
    public void Publish(EngineNetwork network, string action) => bus.Publish("network", action, network.Id, Attributes(network));

    /// <summary>A container joined or left.</summary>
    public void Publish(EngineNetwork network, string action, string containerId)
    {
        var attributes = Attributes(network);
        attributes["container"] = containerId;
        bus.Publish("network", action, network.Id, attributes);
    }

    public void Pruned() => bus.Publish("network", "prune", "", new() { ["reclaimed"] = "0" });

    private static Dictionary<string, string> Attributes(EngineNetwork network) => new(StringComparer.Ordinal)
    {
        ["name"] = network.Name,
        ["type"] = NetworkName.DriverShown(network.Record),
    };
}
