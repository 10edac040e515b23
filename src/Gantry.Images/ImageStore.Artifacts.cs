using Gantry.Images.Archives;
using Gantry.Images.Content;
using Gantry.Images.Pulling;
using Gantry.Images.Registry;
using Gantry.Spec;
using Gantry.Spec.Distribution;
using Gantry.Spec.Image;

namespace Gantry.Images;

/// <summary>A manifest at a registry, with its configuration; its blobs are brought when they are asked for.</summary>
public sealed record RemoteArtifact(ImageManifest Manifest, byte[] Configuration)
{
    /// <summary>Brings a blob of it into the content store, verified and held.</summary>
    public required Func<Descriptor, CancellationToken, Task> FetchAsync { get; init; }
}

public sealed partial class ImageStore
{
    /// <summary>What a registry has under a name: an image, or something else that is kept like one.</summary>
    /// <param name="platform">Of an index, which.</param>
    /// <param name="lease">Holds what is brought of it.</param>
    public async Task<RemoteArtifact> OpenArtifactAsync(ImageReference reference, Platform platform, RegistryAuth? auth, ContentLease lease, CancellationToken cancellationToken)
    {
        reference = reference.WithDefaultTag();
        var (session, found) = await FirstAnswerAsync(registry.Open(reference, auth), session =>
            PullManifest.ResolveAsync(reference.Digest?.ToString() ?? reference.Tag!, reference.Familiar, platform, session.GetManifestAsync, PullManifest.ParseAttestation, cancellationToken)).ConfigureAwait(false);
        return new(found.Manifest, await session.GetConfigurationAsync(found.Manifest.Config, cancellationToken).ConfigureAwait(false))
        {
            FetchAsync = (blob, token) => FetchBlobAsync(session, blob, lease, token),
        };
    }

    /// <summary>Takes a document and blobs of the content store, which the caller holds, to a registry.</summary>
    /// <param name="name">With its tag.</param>
    public async Task PushArtifactAsync(
        ImageReference name, string configurationType, byte[] configuration, IReadOnlyList<Descriptor> blobs, RegistryAuth? auth, IProgress<PullProgress>? progress, ContentLease lease, CancellationToken cancellationToken)
    {
        var session = registry.OpenOwn(name, auth, RegistryAccess.Push);
        await FirstFailure.WhenAllAsync(blobs.DistinctBy(blob => blob.Digest), (blob, token) =>
            PushLayerAsync(session, blob, () => Content.OpenRead(blob.Digest), new LayerProgress(progress, blob.Digest.Short), token), cancellationToken).ConfigureAwait(false);
        var config = new Descriptor { MediaType = configurationType, Digest = Digest.Sha256(configuration), Size = configuration.Length };
        Keep(config.Digest, configuration, lease);
        await PushBlobAsync(session, config, () => Content.OpenRead(config.Digest), _ => { }, cancellationToken).ConfigureAwait(false);
        var manifest = ArchiveImage.AuthorManifest(config, blobs);
        await session.PutManifestAsync(name.Tag!, MediaTypes.OciManifest, manifest.Content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a document and blobs of the content store, which the caller holds, as an OCI layout in a tar.</summary>
    public async Task SaveArtifactAsync(string configurationType, byte[] configuration, IReadOnlyList<Descriptor> blobs, string tag, ContentLease lease, Stream target, CancellationToken cancellationToken)
    {
        var (config, manifest) = KeepArtifact(configurationType, configuration, blobs, lease);
        var named = manifest with { Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["org.opencontainers.image.ref.name"] = tag } };
        await WriteLayoutAsync(
            new TarWriter(target),
            [config.Digest, manifest.Digest, .. blobs.Select(blob => blob.Digest)],
            new Dictionary<Digest, DateTimeOffset>(),
            new() { SchemaVersion = 2, MediaType = MediaTypes.OciIndex, Manifests = [named] },
            [],
            cancellationToken).ConfigureAwait(false);
    }

    private (Descriptor Configuration, Descriptor Manifest) KeepArtifact(string configurationType, byte[] configuration, IReadOnlyList<Descriptor> blobs, ContentLease lease)
    {
        var config = new Descriptor { MediaType = configurationType, Digest = Digest.Sha256(configuration), Size = configuration.Length };
        var (document, digest, _) = ArchiveImage.AuthorManifest(config, blobs);
        Keep(config.Digest, configuration, lease);
        Keep(digest, document, lease);
        return (config, new() { MediaType = MediaTypes.OciManifest, Digest = digest, Size = document.Length });
    }
}
