using Gantry.Images.Archives;
using Gantry.Images.Content;
using Gantry.Images.Layers;
using Gantry.Images.Layers.Tar;
using Gantry.Images.Pulling;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    /// <summary>Reads the images of a docker archive or an OCI layout, plain or compressed. Messages are Docker's <c>Loaded image: …</c>.</summary>
    public async Task<IReadOnlyList<Image>> LoadAsync(Stream archive, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        using var lease = leases.Begin();
        using var content = await Blocking(() => ArchiveContent.Read(archive, Content, TarLimits.Default, cancellationToken)).ConfigureAwait(false);
        var loaded = new List<Image>();
        foreach (var image in ArchiveImage.FindAll(content, Platform.Current))
        {
            loaded.Add(await LoadAsync(image, lease, progress, cancellationToken).ConfigureAwait(false));
        }

        return loaded;
    }

    private async Task<Image> LoadAsync(ArchiveImage image, ContentLease lease, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var id = image.Parsed.Config.Digest;
        var configuration = ParseConfiguration(image.Configuration, image.Parsed, null, image.Names.Count > 0 ? image.Names[0] : ImageReference.Parse("archive"));
        var diffIds = configuration.RootFs.DiffIds;
        HoldAll(image.Layers.Select(l => l.Digest).Append(id).Append(image.ManifestDigest), lease);
        if (!records.TryAddNames(id, image.Names, null))
        {
            await ForEachLayerAsync(diffIds, lease, (index, chain, parent, token) =>
                LoadLayerAsync(image.Layers[index], diffIds[index], chain, parent, new LayerProgress(progress, diffIds[index].Short), token), cancellationToken).ConfigureAwait(false);
            Register(image, id, ChainId.Of(diffIds));
        }

        foreach (var name in image.Names)
        {
            progress?.Report(new(null, $"Loaded image: {name.Familiar}"));
        }

        if (image.Names.Count == 0)
        {
            progress?.Report(new(null, $"Loaded image ID: {id}"));
        }

        return records.Find(id) ?? throw Gone(id);
    }

    private async Task<bool> LoadLayerAsync(StagedBlob blob, Digest diffId, IReadOnlyList<Digest> chain, Task parent, LayerProgress progress, CancellationToken cancellationToken)
    {
        using var layerLock = await Layers.LockAsync(chain[^1], cancellationToken).ConfigureAwait(false);
        var extracted = Layers.Find(chain[^1]) is not null;
        if (extracted && blob.Digest == diffId)
        {
            return false;
        }

        using var staged = await ExtractAsync(blob.OpenRead, diffId, extracted, blob.Size, progress, cancellationToken, "Loading layer").ConfigureAwait(false);
        if (staged is null)
        {
            return false;
        }

        await parent.ConfigureAwait(false);
        Layers.Commit(staged, chain[^1], [.. chain.SkipLast(1)]);
        return true;
    }

    private void Register(ArchiveImage image, Digest id, IReadOnlyList<Digest> chainIds)
    {
        foreach (var layer in image.Layers)
        {
            layer.Publish();
        }

        Content.Put(id, image.Configuration);
        Content.Put(image.ManifestDigest, image.Manifest);
        var target = new Descriptor { MediaType = image.MediaType, Digest = image.ManifestDigest, Size = image.Manifest.Length };
        Add(id, target, chainIds, image.Names, null);
    }
}
