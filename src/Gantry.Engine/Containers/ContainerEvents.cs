using System.Globalization;
using Gantry.Engine.Events;

namespace Gantry.Engine.Containers;

/// <summary>Publishes what happens to containers with Docker's attributes: its labels, image and name.</summary>
internal sealed class ContainerEvents(EventBus bus)
{
    public void Publish(Container container, string action, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        var record = container.Record;
        var all = new Dictionary<string, string>(record.Config.Labels ?? [], StringComparer.Ordinal)
        {
            ["image"] = record.Config.Image,
            ["name"] = record.Name,
        };
        foreach (var (name, value) in attributes)
        {
            all[name] = value;
        }

        bus.Publish("container", action, container.Id, all, record.Config.Image);
    }

    public void Died(Container container, int exitCode, TimeSpan ran) => Publish(
        container, "die",
        ("execDuration", ((long)ran.TotalSeconds).ToString(CultureInfo.InvariantCulture)),
        ("exitCode", exitCode.ToString(CultureInfo.InvariantCulture)));
}
