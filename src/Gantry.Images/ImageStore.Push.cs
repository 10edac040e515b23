using Gantry.Images.Pulling;
using Gantry.Images.Pushing;
using Gantry.Images.Registry;
using Gantry.Spec;
using Gantry.Spec.Distribution;
using Gantry.Spec.Image;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    /// <summary>The tags of a repository that are here.</summary>
    public IReadOnlyList<ImageReference> TagsOf(ImageReference repository) =>
        [.. List().SelectMany(i => i.RepoTags).Select(ImageReference.Parse).Where(t => t.Name == repository.Name).OrderBy(t => t.Tag, StringComparer.Ordinal)];

    /// <summary>
    /// Takes an image to its registry. What is there is not sent again, what another repository of that registry has is
    /// mounted from it, and what was pulled goes out with the same bytes; layers that are kept uncompressed are compressed.
    /// </summary>
    /// <param name="name">With its tag.</param>
    /// <param name="platform">Null for all the image has; else its manifest alone, without the index it came in.</param>
    /// <returns>What the tag names at the registry now.</returns>
    public async Task<Descriptor> PushAsync(ImageReference name, Platform? platform, RegistryAuth? auth, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var image = records.FindByName(name) is { } id && records.Find(id) is { } found ? found : throw new NotFoundException($"tag does not exist: {name.Familiar}");
        if (platform is not null && platform.Rank(image.Platform) is null)
        {
            throw new NotFoundException($"image {name.Familiar} is for {image.Platform.Normalise()}, not for {platform}");
        }

        using var lease = leases.Begin();
        HoldAll(image, lease);
        var session = registry.OpenOwn(name, auth, RegistryAccess.Push);
        if (platform is null && await PushIndexAsync(session, image, name, cancellationToken).ConfigureAwait(false) is { } index)
        {
            return index;
        }

        foreach (var diffId in image.DiffIds)
        {
            progress?.Report(new(diffId.Short, "Preparing"));
        }

        image = await CompressAsync(image, lease, cancellationToken).ConfigureAwait(false);
        await PushBlobsAsync(session, image, progress, cancellationToken).ConfigureAwait(false);
        await session.PutManifestAsync(name.Tag!, image.Target.MediaType, Content.Read(image.Target.Digest), cancellationToken).ConfigureAwait(false);
        records.AddDigest(name, image.Target.Digest, image.Id);
        return image.Target;
    }

    /// <summary>The layers side by side, then the configuration. The first failure stops the others and is the one told.</summary>
    private async Task PushBlobsAsync(RegistrySession session, Image image, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var blobs = image.Manifest.Layers.Select((layer, i) => (Blob: layer, Name: image.DiffIds[i].Short)).DistinctBy(l => l.Blob.Digest).ToList();
        await FirstFailure.WhenAllAsync(blobs, async (blob, token) =>
        {
            var said = new LayerProgress(progress, blob.Name);
            if (!await uploads.WaitAsync(0, token).ConfigureAwait(false))
            {
                said.Say("Waiting");
                await uploads.WaitAsync(token).ConfigureAwait(false);
            }

            try
            {
                said.Say(await PushBlobAsync(session, blob.Blob, written => said.Tell("Pushing", written, blob.Blob.Size), token).ConfigureAwait(false));
            }
            finally
            {
                uploads.Release();
            }
        }, cancellationToken).ConfigureAwait(false);
        await PushBlobAsync(session, image.Manifest.Config, _ => { }, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>What happened, in Docker's words.</returns>
    private async Task<string> PushBlobAsync(RegistrySession session, Descriptor blob, Action<long> progress, CancellationToken cancellationToken)
    {
        if (await session.HasBlobAsync(blob.Digest, cancellationToken).ConfigureAwait(false))
        {
            return "Layer already exists";
        }

        var from = RepositoryWith(blob.Digest, session.Reference);
        var upload = new BlobUpload(session, blob.Digest, blob.Size, () => Content.OpenRead(blob.Digest), progress);
        return await upload.RunAsync(from, cancellationToken).ConfigureAwait(false) ? $"Mounted from {from}" : "Pushed";
    }

    /// <summary>Another repository of the same registry that an image with this blob was pulled from or pushed to.</summary>
    private string? RepositoryWith(Digest blob, ImageReference target) => records.List()
        .Where(i => i.RepoDigests.Count > 0 && (i.Id == blob || i.Manifest.Layers.Any(l => l.Digest == blob)))
        .SelectMany(i => i.RepoDigests)
        .Select(ImageReference.Parse)
        .FirstOrDefault(d => d.Domain == target.Domain && d.Path != target.Path).Path;
}
