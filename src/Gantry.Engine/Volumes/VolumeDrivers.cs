using Gantry.Spec;

namespace Gantry.Engine.Volumes;

/// <summary>The drivers by name.</summary>
internal sealed class VolumeDrivers(LocalDriver local)
{
    public LocalDriver Local => local;

    public IVolumeDriver? Find(string name) => name == local.Name ? local : null;

    /// <param name="context">What a failure's sentence begins with.</param>
    public IVolumeDriver Get(string name, string context = "") =>
        Find(name) ?? throw new NotFoundException($"{context}error looking up volume plugin {name}: plugin \"{name}\" not found");
}
