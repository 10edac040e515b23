using Gantry.Spec;

namespace Gantry.Images;

/// <summary>Somebody besides images and containers whose data stands on layers and blobs of the store.</summary>
public interface IContentHolder
{
    /// <summary>Layers, by chain id, that must stay.</summary>
    IReadOnlyCollection<Digest> HeldLayers();

    /// <summary>Blobs that must stay.</summary>
    IReadOnlyCollection<Digest> HeldBlobs();
}
