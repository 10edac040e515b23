using Gantry.Images.Archives;
using Gantry.Images.Content;
using Gantry.Images.Layers;
using Gantry.Images.Layers.Tar;
using Gantry.Images.Pulling;
using Gantry.Spec;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    /// <summary>Reads the images of a docker archive or an OCI layout, plain or compressed. Messages are Docker's <c>Loaded image: …</c>.</summary>
    /// <param name="platforms">Only these; all that is there where none are given.</param>
    public async Task<IReadOnlyList<Image>> LoadAsync(Stream archive, IReadOnlyList<Platform> platforms, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        using var lease = leases.Begin();
        using var content = await BlockingWork.RunAsync(() => ArchiveContent.Read(archive, Content, TarLimits.Default, cancellationToken), cancellationToken).ConfigureAwait(false);
        var loaded = new List<Image>();
        foreach (var target in ArchiveTarget.FindAll(content, platforms))
        {
            loaded.Add(await LoadAsync(target, lease, progress, cancellationToken).ConfigureAwait(false));
        }

        return loaded;
    }

    private async Task<Image> LoadAsync(ArchiveTarget target, ContentLease lease, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        foreach (var image in target.Images)
        {
            await LoadAsync(image, target, lease, progress, cancellationToken).ConfigureAwait(false);
        }

        foreach (var document in target.Documents)
        {
            lease.Hold(document.Digest);
            document.Publish();
        }

        var id = target.Images[0].Parsed.Config.Digest;
        foreach (var name in target.Names)
        {
            foreach (var image in target.Images.Select(i => i.Parsed.Config.Digest))
            {
                if (!records.TryAddNames(image, [name], target.Index, target.Index))
                {
                    throw Gone(image);
                }
            }

            id = records.FindByName(name) ?? id;
            progress?.Report(new(null, $"Loaded image: {name.Familiar}"));
        }

        if (target.Names.Count == 0)
        {
            records.Touch(id);
            progress?.Report(new(null, $"Loaded image ID: {id}"));
        }

        return records.Find(id) ?? throw Gone(id);
    }

    private async Task LoadAsync(ArchiveImage image, ArchiveTarget target, ContentLease lease, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var id = image.Parsed.Config.Digest;
        var configuration = ParseConfiguration(image.Configuration, image.Parsed, target.Names.Count > 0 ? target.Names[0].Familiar : "the archive");
        var diffIds = configuration.RootFs.DiffIds;
        HoldAll(image.Layers.Select(l => l.Digest).Append(id).Append(image.ManifestDigest), lease);
        var known = records.Find(id);
        if (known is null)
        {
            await ForEachLayerAsync(diffIds, lease, (index, chain, parent, token) =>
                LoadLayerAsync(image.Layers[index], diffIds[index], chain, parent, new LayerProgress(progress, diffIds[index].Short), token), cancellationToken).ConfigureAwait(false);
            Register(image, id, ChainId.Of(diffIds));
        }
        else if (target.Index is not null && known.Target.Digest != image.ManifestDigest && IsOurs(known))
        {
            // An index can be pushed whole only with the manifests it lists.
            Register(image, id, known.ChainIds);
            records.SetManifest(id, image.Descriptor);
        }
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

    private void Register(ArchiveImage image, Digest id, IReadOnlyList<Digest> chainIds, ImageReference? name = null)
    {
        foreach (var layer in image.Layers)
        {
            layer.Publish();
        }

        Content.Put(id, image.Configuration);
        Content.Put(image.ManifestDigest, image.Manifest);
        Add(id, image.Descriptor, chainIds, name is { } given ? [given.WithDefaultTag()] : [], null);
    }
}
