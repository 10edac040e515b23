using Gantry.Spec;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    /// <summary>
    /// Makes those layers again of their blobs that were not written through to the disk when the machine stopped. Before
    /// anything else is done with the store.
    /// </summary>
    /// <param name="failed">Told of each that could not be made; it is tried again at the next start.</param>
    public void RestoreLayers(Action<Digest, Exception> failed)
    {
        var wanted = Layers.Lost.Count == 0 ? [] : records.List().SelectMany(image => image.ChainIds.Index().Select(layer => (Image: image, layer.Index, ChainId: layer.Item)))
            .Where(layer => Layers.Lost.Contains(layer.ChainId)).DistinctBy(layer => layer.ChainId).ToList();
        foreach (var doomed in Layers.Lost.Except(wanted.Select(layer => layer.ChainId)).ToList())
        {
            Layers.Forget(doomed);
        }

        foreach (var (image, index, chainId) in wanted)
        {
            try
            {
                using var staged = Layers.Extract(Content.OpenRead(image.Manifest.Layers[index].Digest), image.Configuration.RootFs.DiffIds[index], null, CancellationToken.None);
                Layers.Commit(staged, chainId, [.. image.ChainIds.Take(index)]);
            }
            catch (Exception e) when (e is GantryException or IOException)
            {
                failed(chainId, e);
            }
        }

        Durability.Begin();
    }
}
