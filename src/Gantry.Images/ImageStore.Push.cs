using System.Collections.Concurrent;
using Gantry.Images.Compression;
using Gantry.Images.Content;
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
        using var lease = leases.Begin();
        var (image, index) = records.FindNamed(name) is { } named && TryHold(named.Id, lease) is { } found ? (found, named.Index) : throw new NotFoundException($"tag does not exist: {name.Familiar}");
        var there = AllOf(image, index);
        if (platform is not null)
        {
            var chosen = Choose(there, platform) ?? throw NoSuchPlatform(name.Familiar, platform, there);
            image = TryHold(chosen.Id, lease) ?? throw Gone(chosen.Id);
        }

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

        image = await PushBlobsAsync(session, image, lease, progress, cancellationToken).ConfigureAwait(false);
        await session.PutManifestAsync(name.Tag!, image.Target.MediaType, Content.Read(image.Target.Digest), cancellationToken).ConfigureAwait(false);
        records.AddDigest(name, image.Target.Digest, image.Id);
        return new PushedManifest(image.Target, platform is null && index is { } incomplete && ReadIndex(incomplete) is { } left ? DescribeIndex(incomplete, left) : null);
    }

    /// <summary>Takes what was made, which the caller holds, to a registry as it is.</summary>
    /// <param name="name">Without a tag it is there by its digest alone.</param>
    /// <param name="target">Its manifest, or the index of <see cref="MakeIndex"/>.</param>
    /// <param name="image">Whose it is.</param>
    /// <param name="insecure">As if the registry were named as insecure in the daemon's configuration.</param>
    public async Task PushMadeAsync(
        ImageReference name, Descriptor target, Image image, bool insecure, RegistryAuth? auth, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var session = registry.OpenOwn(name, auth, RegistryAccess.Push, insecure);
        var isWhole = MediaTypes.IsIndex(target.MediaType)
            ? await PushIndexAsync(session, target.Digest, name, progress, cancellationToken).ConfigureAwait(false) is not null
            : await PushPartAsync(session, target, null, progress, cancellationToken, name.Tag).ConfigureAwait(false);
        if (!isWhole) throw Gone(image.Id);
        records.AddDigest(name, target.Digest, image.Id);
    }

    /// <summary>Of an index that cannot go whole, the image of this machine's platform goes, or the only one.</summary>
    private static void RequireOneChoice(ImageReference name, Image image, IReadOnlyList<Image> there)
    {
        if (there.Count > 1 && Platform.Current.Rank(image.Platform) is null)
        {
            throw new ConflictException($"image {name.Familiar} is here for {string.Join(", ", there.Select(i => i.Platform.Normalise()))} and not for all platforms of its index: pull the others, or choose one with --platform");
        }
    }

    /// <summary>
    /// The layers side by side, each compressed first where that is to be done, then the configuration. The first failure
    /// stops the others and is the one told; what was compressed by then is not compressed again by the next push.
    /// </summary>
    /// <returns>The image, whose manifest may be new.</returns>
    private async Task<Image> PushBlobsAsync(RegistrySession session, Image image, ContentLease lease, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var compressing = IsCompressedByPush(image);
        var compressed = new ConcurrentDictionary<Digest, Descriptor>();
        try
        {
            await FirstFailure.WhenAllAsync(image.Manifest.Layers.Index().DistinctBy(l => l.Item.Digest), async (layer, token) =>
            {
                var (kept, said) = (layer.Item, new LayerProgress(progress, image.DiffIds[layer.Index].Short));
                if (compressing && kept.MediaType == MediaTypes.OciLayer)
                {
                    await PushCompressedAsync(session, kept, lease, said, descriptor => compressed[kept.Digest] = descriptor, token).ConfigureAwait(false);
                }
                else
                {
                    await PushLayerAsync(session, kept, () => Content.OpenRead(kept.Digest), said, token).ConfigureAwait(false);
                }
            }, cancellationToken).ConfigureAwait(false);
            await PushBlobAsync(session, image.Manifest.Config, () => Content.OpenRead(image.Id), _ => { }, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            if (!compressed.IsEmpty) TrySetLayers(image, compressed, lease);
            throw;
        }

        if (!compressed.IsEmpty) SetLayers(image, compressed, lease);
        return compressing ? records.Find(image.Id) ?? throw Gone(image.Id) : image;
    }

    /// <summary>The disk takes its time; the registry need not wait for it.</summary>
    /// <param name="kept">Told when the compressed layer is in the store, also where the registry fails.</param>
    private async Task PushCompressedAsync(RegistrySession session, Descriptor layer, ContentLease lease, LayerProgress said, Action<Descriptor> kept, CancellationToken cancellationToken)
    {
        using var blob = await EncodeAsync(layer, LayerEncoding.Usual, lease, cancellationToken).ConfigureAwait(false);
        var publishing = BlockingWork.RunAsync(blob.Publish, CancellationToken.None);
        var descriptor = new Descriptor { MediaType = MediaTypes.OciLayerGzip, Digest = blob.Digest, Size = blob.Size };
        try
        {
            await PushLayerAsync(session, descriptor, blob.OpenRead, said, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await publishing.ConfigureAwait(false);
            kept(descriptor);
        }
    }

    private async Task PushLayerAsync(RegistrySession session, Descriptor blob, Func<FileStream> open, LayerProgress said, CancellationToken cancellationToken)
    {
        var turn = uploads;
        if (!await turn.WaitAsync(0, cancellationToken).ConfigureAwait(false))
        {
            said.Say("Waiting");
            await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            said.Say(await PushBlobAsync(session, blob, open, written => said.Tell("Pushing", written, blob.Size), cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            turn.Release();
        }
    }

    /// <returns>What happened, in Docker's words.</returns>
    private async Task<string> PushBlobAsync(RegistrySession session, Descriptor blob, Func<FileStream> open, Action<long> progress, CancellationToken cancellationToken)
    {
        if (await session.HasBlobAsync(blob.Digest, cancellationToken).ConfigureAwait(false))
        {
            return "Layer already exists";
        }

        var from = RepositoryWith(blob.Digest, session.Reference);
        var upload = new BlobUpload(session, blob.Digest, blob.Size, open, progress);
        return await upload.RunAsync(from, cancellationToken).ConfigureAwait(false) ? $"Mounted from {from}" : "Pushed";
    }

    /// <summary>Another repository of the same registry that an image with this blob was pulled from or pushed to.</summary>
    private string? RepositoryWith(Digest blob, ImageReference target) => records.List()
        .Where(i => i.RepoDigests.Count > 0 && (i.Id == blob || i.Manifest.Layers.Any(l => l.Digest == blob)))
        .SelectMany(i => i.RepoDigests)
        .Select(ImageReference.Parse)
        .FirstOrDefault(d => d.Domain == target.Domain && d.Path != target.Path).Path;
}
