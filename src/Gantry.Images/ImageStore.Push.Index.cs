using System.Text.Json;
using Gantry.Images.Pulling;
using Gantry.Images.Registry;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    /// <summary>
    /// An index goes out as it is where all of its parts can be had: they are here, or at the registry already, or in a
    /// repository of the same registry from which they are mounted.
    /// </summary>
    /// <returns>Null where something of it is missing.</returns>
    private async Task<Descriptor?> PushIndexAsync(RegistrySession session, Digest digest, ImageReference name, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        if (ReadIndex(digest) is not { } index)
        {
            return null;
        }

        var source = records.ImagesOf(digest).SelectMany(i => i.RepoDigests).Select(ImageReference.Parse).Where(d => d.Digest == digest && d.Domain == name.Domain)
            .OrderBy(d => d.Name == name.Name ? 0 : 1).Select(d => (ImageReference?)d).FirstOrDefault();
        if (!await session.HasManifestAsync(digest, cancellationToken).ConfigureAwait(false) && !await PushPartsAsync(session, index, source, progress, 0, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        var target = DescribeIndex(digest, index);
        await session.PutManifestAsync(name.Tag ?? digest.ToString(), target.MediaType, Content.Read(digest), cancellationToken).ConfigureAwait(false);
        return target;
    }

    private async Task<bool> PushPartsAsync(RegistrySession session, ImageIndex index, ImageReference? source, IProgress<PullProgress>? progress, int depth, CancellationToken cancellationToken)
    {
        foreach (var part in index.Manifests)
        {
            if (await session.HasManifestAsync(part.Digest, cancellationToken).ConfigureAwait(false))
            {
                continue;
            }

            var pushed = MediaTypes.IsIndex(part.MediaType)
                ? await PushInnerIndexAsync(session, part, source, progress, depth + 1, cancellationToken).ConfigureAwait(false)
                : await PushPartAsync(session, part, source, progress, cancellationToken).ConfigureAwait(false);
            if (!pushed)
            {
                return false;
            }
        }

        return true;
    }

    private async Task<bool> PushInnerIndexAsync(RegistrySession session, Descriptor part, ImageReference? source, IProgress<PullProgress>? progress, int depth, CancellationToken cancellationToken)
    {
        if (depth > IndexDepth || ReadIndex(part.Digest) is not { } inner || !await PushPartsAsync(session, inner, source, progress, depth, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        await session.PutManifestAsync(part.Digest.ToString(), part.MediaType, Content.Read(part.Digest), cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <param name="tag">What it is called there; null for its digest.</param>
    private async Task<bool> PushPartAsync(
        RegistrySession session, Descriptor part, ImageReference? source, IProgress<PullProgress>? progress, CancellationToken cancellationToken, string? tag = null)
    {
        if (!MediaTypes.IsManifest(part.MediaType) || await ReadPartAsync(session, part, source, cancellationToken).ConfigureAwait(false) is not { } content)
        {
            return false;
        }

        var manifest = JsonSerializer.Deserialize(content, ImageJson.Default.ImageManifest)!;
        foreach (var blob in BlobsOf(manifest).Where(b => !Content.Contains(b.Digest)))
        {
            var there = await session.HasBlobAsync(blob.Digest, cancellationToken).ConfigureAwait(false)
                || (source is { } from && await session.BeginUploadAsync(blob.Digest, from.Path, cancellationToken).ConfigureAwait(false) is null);
            if (!there)
            {
                return false;
            }
        }

        var layers = manifest.Layers.Where(l => Content.Contains(l.Digest)).DistinctBy(l => l.Digest);
        await FirstFailure.WhenAllAsync(layers, (layer, token) =>
            PushLayerAsync(session, layer, () => Content.OpenRead(layer.Digest), new LayerProgress(progress, layer.Digest.Short), token), cancellationToken).ConfigureAwait(false);
        if (Content.Contains(manifest.Config.Digest))
        {
            await PushBlobAsync(session, manifest.Config, () => Content.OpenRead(manifest.Config.Digest), _ => { }, cancellationToken).ConfigureAwait(false);
        }

        await session.PutManifestAsync(tag ?? part.Digest.ToString(), part.MediaType, content, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<byte[]?> ReadPartAsync(RegistrySession session, Descriptor part, ImageReference? source, CancellationToken cancellationToken)
    {
        if (Content.Contains(part.Digest))
        {
            return Content.Read(part.Digest);
        }

        try
        {
            return source is { } other ? (await session.Beside(other).GetManifestAsync(part.Digest.ToString(), cancellationToken).ConfigureAwait(false)).Content : null;
        }
        catch (Exception e) when (e is NotFoundException or UnauthorizedException)
        {
            return null;
        }
    }
}
