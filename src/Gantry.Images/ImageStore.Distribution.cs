using System.Text.Json;
using Gantry.Images.Pulling;
using Gantry.Images.Registry;
using Gantry.Spec;
using Gantry.Spec.Distribution;
using Gantry.Spec.Image;

namespace Gantry.Images;

/// <summary>A manifest or index at a registry.</summary>
/// <param name="Configuration">Of the image; null for an index, and where it was not asked for.</param>
public sealed record RemoteManifest(Descriptor Descriptor, byte[] Content, byte[]? Configuration);

public sealed partial class ImageStore
{
    /// <summary>What a registry has under a name, without pulling it: the document it names, and for which platforms it is.</summary>
    public async Task<(Descriptor Target, IReadOnlyList<Platform> Platforms)> InspectRemoteAsync(ImageReference reference, RegistryAuth? auth, CancellationToken cancellationToken)
    {
        var found = await GetRemoteManifestAsync(reference, true, auth, false, cancellationToken).ConfigureAwait(false);
        return (found.Descriptor, found.Configuration is { } configuration
            ? [JsonSerializer.Deserialize(configuration, ImageJson.Default.ImageConfiguration)!.Platform]
            : [.. PullManifest.ParseIndex(found.Content, reference.Familiar).Manifests.Select(m => m.Platform).OfType<Platform>()]);
    }

    /// <summary>What an image for a platform, or one for another alone, says of itself at its registry. Nothing of it stays here.</summary>
    public async Task<ImageConfiguration> GetRemoteConfigurationAsync(ImageReference reference, Platform platform, RegistryAuth? auth, CancellationToken cancellationToken)
    {
        using var lease = leases.Begin();
        reference = reference.WithDefaultTag();
        var (session, found) = await FindAsync(reference, platform, auth, lease, cancellationToken).ConfigureAwait(false);
        var content = await GetConfigurationAsync(session, found.Manifest.Config, lease, cancellationToken).ConfigureAwait(false);
        return ParseConfiguration(content, found.Manifest, reference.Familiar);
    }

    /// <summary>The document a registry has under a name, verified.</summary>
    /// <param name="configuration">With the image's configuration.</param>
    /// <param name="insecure">Without TLS, or with a certificate that nobody vouches for.</param>
    public async Task<RemoteManifest> GetRemoteManifestAsync(ImageReference reference, bool configuration, RegistryAuth? auth, bool insecure, CancellationToken cancellationToken)
    {
        reference = reference.WithDefaultTag();
        var (session, document) = await FirstAnswerAsync(registry.Open(reference, auth, insecure), s => s.GetManifestAsync(reference.Digest?.ToString() ?? reference.Tag!, cancellationToken)).ConfigureAwait(false);
        var type = PullManifest.TypeOf(document, reference.Familiar);
        byte[]? content = null;
        if (configuration && MediaTypes.IsManifest(type))
        {
            var manifest = PullManifest.ParseManifest(document.Content, reference.Familiar);
            content = await session.GetConfigurationAsync(manifest.Config, cancellationToken).ConfigureAwait(false);
            ParseConfiguration(content, manifest, reference.Familiar);
        }

        return new RemoteManifest(new Descriptor { MediaType = type, Digest = document.Digest, Size = document.Content.Length }, document.Content, content);
    }

    /// <summary>Gives a manifest or index to a registry that has all it names.</summary>
    public async Task<Digest> PutRemoteManifestAsync(ImageReference name, string mediaType, byte[] content, RegistryAuth? auth, bool insecure, CancellationToken cancellationToken)
    {
        if (!MediaTypes.IsIndex(mediaType) && !MediaTypes.IsManifest(mediaType))
        {
            throw new InvalidArgumentException($"invalid media type \"{mediaType}\": neither a manifest nor an index");
        }

        name = name.WithDefaultTag();
        await registry.OpenOwn(name, auth, RegistryAccess.Push, insecure).PutManifestAsync(name.Digest?.ToString() ?? name.Tag!, mediaType, content, cancellationToken).ConfigureAwait(false);
        return Digest.Sha256(content);
    }

    /// <summary>A small blob of a repository, verified.</summary>
    /// <param name="blob">Of the repository, with the blob's digest.</param>
    public async Task<byte[]> GetRemoteBlobAsync(ImageReference blob, RegistryAuth? auth, bool insecure, CancellationToken cancellationToken)
    {
        var digest = blob.Digest ?? throw new InvalidArgumentException($"{blob.Familiar} names no blob: it has no digest");
        return (await FirstAnswerAsync(registry.Open(blob, auth, insecure), session => session.GetSmallBlobAsync(digest, "blob", cancellationToken)).ConfigureAwait(false)).Answer;
    }

    /// <summary>Gives a small blob to a registry that does not have it yet.</summary>
    public async Task<Digest> PutRemoteBlobAsync(ImageReference name, byte[] content, RegistryAuth? auth, bool insecure, CancellationToken cancellationToken)
    {
        var session = registry.OpenOwn(name.WithDefaultTag(), auth, RegistryAccess.Push, insecure);
        var digest = Digest.Sha256(content);
        if (!await session.HasBlobAsync(digest, cancellationToken).ConfigureAwait(false)
            && await session.BeginUploadAsync(digest, null, cancellationToken).ConfigureAwait(false) is { } location)
        {
            using var body = new ByteArrayContent(content);
            body.Headers.ContentType = new("application/octet-stream");
            await session.FinishUploadAsync(location, digest, body, cancellationToken).ConfigureAwait(false);
        }

        return digest;
    }

    /// <summary>Lets a registry take a manifest with its content over from another repository of its own.</summary>
    /// <param name="source">With a digest.</param>
    public async Task CopyRemoteManifestAsync(ImageReference target, ImageReference source, RegistryAuth? auth, bool insecure, CancellationToken cancellationToken)
    {
        if (source.Domain != target.Domain || source.Digest is not { } digest)
        {
            throw new InvalidArgumentException($"cannot copy {source.Familiar} to {target.Familiar}: want a digest of a repository of the same registry");
        }

        var session = registry.OpenOwn(target, auth, RegistryAccess.Push, insecure);
        if (await session.HasManifestAsync(digest, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var document = await session.Beside(source).GetManifestAsync(digest.ToString(), cancellationToken).ConfigureAwait(false);
        foreach (var blob in BlobsOf(PullManifest.ParseAttestation(document.Content, source.Familiar)))
        {
            if (!await session.HasBlobAsync(blob.Digest, cancellationToken).ConfigureAwait(false)
                && await session.BeginUploadAsync(blob.Digest, source.Path, cancellationToken).ConfigureAwait(false) is not null)
            {
                throw new PermissionDeniedException($"registry {target.Domain} does not let {target.FamiliarName} take {blob.Digest} over from {source.FamiliarName}");
            }
        }

        await session.PutManifestAsync(digest.ToString(), PullManifest.TypeOf(document, source.Familiar), document.Content, cancellationToken).ConfigureAwait(false);
    }
}
