using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images;

/// <summary>An image whose layers are in the store, by <see cref="ImageStore.TryAdoptLayerAsync"/> or because its base image is.</summary>
public sealed record BuiltImage
{
    public required ImageConfiguration Configuration { get; init; }

    /// <summary>What the layers are stored as, lowest first.</summary>
    public required IReadOnlyList<Descriptor> Layers { get; init; }

    /// <summary>Of its manifest; null for none.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>The image it was made of, if that is here.</summary>
    public Digest? Parent { get; init; }
}
