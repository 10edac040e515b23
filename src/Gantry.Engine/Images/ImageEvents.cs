using Gantry.Engine.Events;
using Gantry.Images;

namespace Gantry.Engine.Images;

/// <summary>Publishes what happens to images with Docker's attributes: the labels of an image that is there, and its name.</summary>
internal sealed class ImageEvents(EventBus bus, ImageStore store)
{
    /// <param name="action">What happened.</param>
    /// <param name="id">The image's id; its name where an image came from or went to a registry.</param>
    /// <param name="name">What it is called.</param>
    public void Publish(string action, string id, string name) => bus.Publish(
        "image",
        action,
        id,
        new Dictionary<string, string>(store.TryResolve(id)?.Config.Labels ?? new Dictionary<string, string>(), StringComparer.Ordinal) { ["name"] = name });
}
