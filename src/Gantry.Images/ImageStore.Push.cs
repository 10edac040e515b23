using Gantry.Images.Pulling;
using Gantry.Images.Pushing;
using Gantry.Images.Registry;
using Gantry.Spec;
using Gantry.Spec.Distribution;
using Gantry.Spec.Image;

namespace Gantry.Images;

/// <summary>What a push left at the registry.</summary>
/// <param name="Target">What the tag names there now.</param>
/// <param name="Index">The index it was pushed instead of, because something of that is missing.</param>
public sealed record PushedManifest(Descriptor Target, Descriptor? Index);

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
    public async Task<PushedManifest> PushAsync(ImageReference name, Platform? platform, RegistryAuth? auth, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var (image, index) = records.FindNamed(name) is { } named && records.Find(named.Id) is { } found ? (found, named.Index) : throw new NotFoundException($"tag does not exist: {name.Familiar}");
        var there = AllOf(image, index);
        if (platform is not null)
        {
            image = Choose(there, platform) ?? throw NoSuchPlatform(name.Familiar, platform, there);
        }

        using var lease = leases.Begin();
        HoldAll(image, lease);
        var session = registry.OpenOwn(name, auth, RegistryAccess.Push);
        if (platform is null && index is { } whole)
        {
            HoldIndex(whole, lease);
            if (await PushIndexAsync(session, whole, name, progress, cancellationToken).ConfigureAwait(false) is { } pushed)
            {
                records.AddDigest(name, whole, image.Id);
                return new PushedManifest(pushed, null);
            }

            RequireOneChoice(name, image, there);
        }

        foreach (var diffId in image.DiffIds)
        {
            progress?.Report(new(diffId.Short, "Preparing"));
        }

        image = await CompressAsync(image, lease, cancellationToken).ConfigureAwait(false);
        await PushBlobsAsync(session, [.. image.Manifest.Layers.Select((layer, i) => (layer, image.DiffIds[i].Short))], image.Manifest.Config, progress, cancellationToken).ConfigureAwait(false);
        await session.PutManifestAsync(name.Tag!, image.Target.MediaType, Content.Read(image.Target.Digest), cancellationToken).ConfigureAwait(false);
        records.AddDigest(name, image.Target.Digest, image.Id);
        return new PushedManifest(image.Target, platform is null && index is { } incomplete && ReadIndex(incomplete) is { } left ? DescribeIndex(incomplete, left) : null);
    }

    /// <summary>Of an index that cannot go whole, the image of this machine's platform goes, or the only one.</summary>
    private static void RequireOneChoice(ImageReference name, Image image, IReadOnlyList<Image> there)
    {
        if (there.Count > 1 && Platform.Current.Rank(image.Platform) is null)
        {
            throw new ConflictException($"image {name.Familiar} is here for {string.Join(", ", there.Select(i => i.Platform.Normalise()))} and not for all platforms of its index: pull the others, or choose one with --platform");
        }
    }

    /// <summary>The layers side by side, then the configuration. The first failure stops the others and is the one told.</summary>
    private async Task PushBlobsAsync(
        RegistrySession session, IReadOnlyList<(Descriptor Blob, string Name)> layers, Descriptor? config, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        await FirstFailure.WhenAllAsync(layers.DistinctBy(l => l.Blob.Digest), async (blob, token) =>
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
        if (config is not null)
        {
            await PushBlobAsync(session, config, _ => { }, cancellationToken).ConfigureAwait(false);
        }
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
