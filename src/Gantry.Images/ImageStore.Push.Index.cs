using System.Text.Json;
using Gantry.Images.Pushing;
using Gantry.Images.Registry;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    /// <summary>
    /// An image that was pulled by an index of several platforms keeps that index where all of its parts can be had: they
    /// are here, or at the registry already, or in a repository of the same registry from which they are mounted.
    /// </summary>
    /// <returns>Null where there is no index, or not all of it.</returns>
    private async Task<Descriptor?> PushIndexAsync(RegistrySession session, Image image, ImageReference name, CancellationToken cancellationToken)
    {
        foreach (var known in image.RepoDigests.Select(ImageReference.Parse).OrderBy(d => d.Name == name.Name ? 0 : 1))
        {
            if (known.Digest is not { } digest || digest == image.Target.Digest || ReadIndex(digest) is not { } index)
            {
                continue;
            }

            var source = known.Domain == name.Domain ? known : (ImageReference?)null;
            if (!await session.HasManifestAsync(digest, cancellationToken).ConfigureAwait(false))
            {
                foreach (var part in index.Manifests)
                {
                    if (!await PushPartAsync(session, part, source, cancellationToken).ConfigureAwait(false))
                    {
                        return null;
                    }
                }
            }

            var content = Content.Read(digest);
            var target = new Descriptor { MediaType = index.MediaType ?? MediaTypes.OciIndex, Digest = digest, Size = content.Length };
            await session.PutManifestAsync(name.Tag!, target.MediaType, content, cancellationToken).ConfigureAwait(false);
            records.AddDigest(name, digest, image.Id);
            return target;
        }

        return null;
    }

    private async Task<bool> PushPartAsync(RegistrySession session, Descriptor part, ImageReference? source, CancellationToken cancellationToken)
    {
        if (await session.HasManifestAsync(part.Digest, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        if (!MediaTypes.IsManifest(part.MediaType) || await ReadPartAsync(session, part, source, cancellationToken).ConfigureAwait(false) is not { } content)
        {
            return false;
        }

        var manifest = JsonSerializer.Deserialize(content, ImageJson.Default.ImageManifest)!;
        foreach (var blob in manifest.Layers.Append(manifest.Config))
        {
            if (await session.HasBlobAsync(blob.Digest, cancellationToken).ConfigureAwait(false))
            {
                continue;
            }

            if (Content.Contains(blob.Digest))
            {
                await new BlobUpload(session, blob.Digest, blob.Size, () => Content.OpenRead(blob.Digest), _ => { }).RunAsync(source?.Path, cancellationToken).ConfigureAwait(false);
            }
            else if (source is null || await session.BeginUploadAsync(blob.Digest, source.Value.Path, cancellationToken).ConfigureAwait(false) is not null)
            {
                return false;
            }
        }

        await session.PutManifestAsync(part.Digest.ToString(), part.MediaType, content, cancellationToken).ConfigureAwait(false);
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

    private ImageIndex? ReadIndex(Digest digest) =>
        Content.Contains(digest) && JsonSerializer.Deserialize(Content.Read(digest), ImageJson.Default.ImageIndex) is { Manifests.Count: > 0 } index ? index : null;
}
