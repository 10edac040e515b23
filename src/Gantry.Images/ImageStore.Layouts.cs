using Gantry.Images.Content;
using Gantry.Images.Layers;
using Gantry.Images.Layouts;
using Gantry.Images.Pulling;
using Gantry.Images.Registry;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    private const int LayoutDocumentLimit = 8 << 20;

    /// <summary>Brings the image of a layout here, which no list shows and no name leads to: it stays while the lease does.</summary>
    /// <param name="target">Its manifest, or an index of it.</param>
    /// <param name="subject">What the layout is called, for messages.</param>
    public async Task<Image> BringAsync(ILayoutSource layout, Digest target, Platform platform, string subject, ContentLease lease, CancellationToken cancellationToken)
    {
        var (found, content, configuration) = await FindAsync(layout, target, platform, subject, cancellationToken).ConfigureAwait(false);
        var (blobs, diffIds) = (found.Manifest.Layers, configuration.RootFs.DiffIds);
        for (var i = 0; i < diffIds.Count; i++)
        {
            await BringBlobAsync(layout, blobs[i], lease, cancellationToken).ConfigureAwait(false);
            await ExtractLayerAsync(blobs[i], diffIds[i], ChainId.Of([.. diffIds.Take(i)]), lease, cancellationToken).ConfigureAwait(false);
        }

        var id = found.Manifest.Config.Digest;
        Keep(id, content, lease);
        Keep(found.Chosen.Digest, found.Chosen.Content, lease);
        return new()
        {
            Id = id,
            Configuration = configuration,
            Target = new() { MediaType = found.MediaType, Digest = found.Chosen.Digest, Size = found.Chosen.Content.Length },
            Manifest = found.Manifest,
            ChainIds = ChainId.Of(diffIds),
            Size = 0,
            RepoTags = [],
            RepoDigests = [],
        };
    }

    /// <summary>What the image of a layout says of itself. Nothing of it stays here.</summary>
    public static async Task<ImageConfiguration> ReadConfigurationAsync(ILayoutSource layout, Digest target, Platform platform, string subject, CancellationToken cancellationToken) =>
        (await FindAsync(layout, target, platform, subject, cancellationToken).ConfigureAwait(false)).Configuration;

    /// <summary>A manifest of a layout that need not be one of an image, with its configuration; its blobs are brought when they are asked for.</summary>
    /// <param name="lease">Holds what is brought of it.</param>
    public async Task<RemoteArtifact> OpenArtifactAsync(ILayoutSource layout, Digest manifest, string subject, ContentLease lease, CancellationToken cancellationToken)
    {
        var document = await ReadAsync(layout, manifest, subject, cancellationToken).ConfigureAwait(false);
        var parsed = PullManifest.ParseAttestation(document.Content, subject);
        return new(parsed, (await ReadAsync(layout, parsed.Config.Digest, subject, cancellationToken).ConfigureAwait(false)).Content)
        {
            FetchAsync = (blob, token) => BringBlobAsync(layout, blob, lease, token),
        };
    }

    /// <summary>Adds a document and blobs of the content store, which the caller holds, to a layout.</summary>
    /// <returns>Its manifest.</returns>
    public async Task<Descriptor> SaveArtifactAsync(string configurationType, byte[] configuration, IReadOnlyList<Descriptor> blobs, ILayoutTarget layout, ContentLease lease, CancellationToken cancellationToken)
    {
        var (config, manifest) = KeepArtifact(configurationType, configuration, blobs, lease);
        await CopyAsync([.. blobs.Select(blob => blob.Digest), config.Digest, manifest.Digest], layout, cancellationToken).ConfigureAwait(false);
        return manifest;
    }

    /// <summary>Adds images that were made to a layout: the caller holds them.</summary>
    /// <param name="index">What lists them, of <see cref="MakeIndex"/>; null for one image alone.</param>
    public Task SaveAsync(IReadOnlyList<Image> made, Descriptor? index, ILayoutTarget layout, CancellationToken cancellationToken) =>
        CopyAsync(ContentOf(new SavedImage(made[0].Id, index?.Digest, made, [])), layout, cancellationToken);

    private async Task CopyAsync(IEnumerable<Digest> content, ILayoutTarget layout, CancellationToken cancellationToken)
    {
        foreach (var digest in content.Distinct())
        {
            using var blob = Content.OpenRead(digest);
            await layout.WriteAsync(digest, blob, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task BringBlobAsync(ILayoutSource layout, Descriptor blob, ContentLease lease, CancellationToken cancellationToken)
    {
        lease.Hold(blob.Digest);
        using var blobLock = await Content.LockAsync(blob.Digest, cancellationToken).ConfigureAwait(false);
        if (Content.Contains(blob.Digest))
        {
            return;
        }

        using var writer = Content.BeginWrite(blob.Digest, blob.Size);
        await using var stream = await layout.OpenAsync(blob.Digest, cancellationToken).ConfigureAwait(false);
        using var rented = new RentedBuffer(128 * 1024);
        var skip = writer.Written;
        int read;
        while ((read = await stream.ReadAsync(rented.Memory, cancellationToken).ConfigureAwait(false)) > 0)
        {
            var known = (int)Math.Min(skip, read);
            skip -= known;
            writer.Append(rented.Span[known..read]);
        }

        writer.Commit();
    }

    private static async Task<(PullManifest Found, byte[] Content, ImageConfiguration Configuration)> FindAsync(ILayoutSource layout, Digest target, Platform platform, string subject, CancellationToken cancellationToken)
    {
        var found = await PullManifest.ResolveAsync(
            target.ToString(), subject, platform, (digest, token) => ReadAsync(layout, Digest.Parse(digest), subject, token), PullManifest.ParseManifest, cancellationToken).ConfigureAwait(false);
        var content = (await ReadAsync(layout, found.Manifest.Config.Digest, subject, cancellationToken).ConfigureAwait(false)).Content;
        return (found, content, ParseConfiguration(content, found.Manifest, subject));
    }

    private static async Task<RegistryDocument> ReadAsync(ILayoutSource layout, Digest digest, string subject, CancellationToken cancellationToken)
    {
        await using var stream = await layout.OpenAsync(digest, cancellationToken).ConfigureAwait(false);
        var content = await BoundedBody.ReadAsync(stream, LayoutDocumentLimit, $"the document {digest} of {subject}", cancellationToken).ConfigureAwait(false);
        return digest.HashLike(content) == digest ? new(content, digest, null) : throw new InvalidArgumentException($"the document {digest} of {subject} is corrupted");
    }
}
