using System.Text.Json;
using Gantry.Images.Content;
using Gantry.Images.Layers;
using Gantry.Images.Pulling;
using Gantry.Images.Registry;
using Gantry.Spec;
using Gantry.Spec.Distribution;
using Gantry.Spec.Image;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    /// <summary>What says something of an image is small beside it; what is not is left where it is.</summary>
    private const long AttestationLimit = 64 * 1024 * 1024;
    private const int MostAttestations = 16;

    /// <summary>
    /// Brings an image here from its registry. What is here is not fetched again; layers come and are extracted side by
    /// side; nothing of the image shows before all of it is verified. A try that was cut off is continued by the next.
    /// </summary>
    /// <param name="reference">Without tag and digest it means <c>latest</c>.</param>
    /// <param name="platform">Null for the one of this machine.</param>
    public async Task<Image> PullAsync(ImageReference reference, Platform? platform, RegistryAuth? auth, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        reference = reference.WithDefaultTag();
        var (image, isNew) = await PullOneAsync(reference, platform, platform, auth, progress, cancellationToken).ConfigureAwait(false);
        progress?.Report(Conclusion(isNew, reference));
        return image;
    }

    /// <summary>Pulls what a build stands on: of an image that is for one platform alone that one, whichever it is.</summary>
    public async Task<Image> PullBaseAsync(ImageReference reference, Platform platform, RegistryAuth? auth, IProgress<PullProgress>? progress, CancellationToken cancellationToken) =>
        (await PullOneAsync(reference.WithDefaultTag(), platform, null, auth, progress, cancellationToken).ConfigureAwait(false)).Image;

    /// <summary>Pulls each tag the repository has.</summary>
    public async Task PullAllAsync(ImageReference repository, Platform? platform, RegistryAuth? auth, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var sessions = registry.Open(repository, auth);
        var (_, tags) = await FirstAnswerAsync(sessions, session => session.ListTagsAsync(cancellationToken)).ConfigureAwait(false);
        if (tags.Count == 0)
        {
            throw new NotFoundException($"repository {repository.FamiliarName} not found: it has no tags");
        }

        var anyNew = false;
        foreach (var tag in tags)
        {
            anyNew |= (await PullOneAsync(repository.WithTag(tag), platform, platform, auth, progress, cancellationToken).ConfigureAwait(false)).IsNew;
        }

        progress?.Report(Conclusion(anyNew, repository));
    }

    private static PullProgress Conclusion(bool isNew, ImageReference reference) =>
        new(null, $"Status: {(isNew ? "Downloaded newer image" : "Image is up to date")} for {reference.Familiar}");

    private async Task<(Image Image, bool IsNew)> PullOneAsync(ImageReference reference, Platform? platform, Platform? required, RegistryAuth? auth, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        using var span = Tracing.Begin("daemon.imagePull", ("image.reference", reference.Familiar));
        try
        {
            return await PullFoundAsync(reference, platform, required, auth, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Tracing.Fail(span, e.Message))
        {
            throw;
        }
    }

    private async Task<(Image Image, bool IsNew)> PullFoundAsync(ImageReference reference, Platform? platform, Platform? required, RegistryAuth? auth, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        using var lease = leases.Begin();
        var (session, found) = await FindAsync(reference, platform ?? Platform.Current, auth, lease, cancellationToken).ConfigureAwait(false);
        progress?.Report(new(reference.Digest?.ToString() ?? reference.Tag, $"Pulling from {reference.Path}", HasBar: false));

        var configuration = await GetConfigurationAsync(session, found.Manifest.Config, lease, cancellationToken).ConfigureAwait(false);
        var parsed = ParseConfiguration(configuration, found.Manifest, reference.Familiar);
        RequirePlatform(parsed, required, reference);
        var id = found.Manifest.Config.Digest;
        var isNew = !IsHere(reference, found.Index, id);
        var chain = ChainId.Of(parsed.RootFs.DiffIds);
        HoldAll(chain.Concat(found.Manifest.Layers.Select(l => l.Digest)).Concat(found.Indexes.Select(i => i.Digest)), lease);
        var isKnown = records.Find(id) is not null;
        await FirstFailure.WhenAllAsync<Func<CancellationToken, Task>>(
            [
                async token => isNew |= !isKnown && await PullLayersAsync(session, found.Manifest, parsed, lease, progress, token).ConfigureAwait(false),
                token => PullAttestationsAsync(session, found, lease, token),
            ],
            (work, token) => work(token),
            cancellationToken).ConfigureAwait(false);
        foreach (var document in found.Indexes.Append(found.Chosen))
        {
            Content.Put(document.Digest, document.Content);
        }

        cancellationToken.ThrowIfCancellationRequested();
        IReadOnlyList<ImageReference> named = [reference.Digest is null ? reference : reference.NameOnly()];
        if (!isKnown || !records.TryAddNames(id, named, found.Named.Digest, found.Index))
        {
            if (isKnown)
            {
                // It was removed meanwhile.
                isNew |= await PullLayersAsync(session, found.Manifest, parsed, lease, progress, cancellationToken).ConfigureAwait(false);
            }

            Content.Put(id, configuration);
            var target = new Descriptor { MediaType = found.MediaType, Digest = found.Chosen.Digest, Size = found.Chosen.Content.Length };
            Add(id, target, chain, named, found.Named.Digest, found.Index);
        }

        progress?.Report(new(null, $"Digest: {found.Named.Digest}"));
        return (records.Find(id) ?? throw Gone(id), isNew);
    }

    /// <summary>True where the name stands for the image already, alone or as one platform of the same index.</summary>
    private bool IsHere(ImageReference reference, Digest? index, Digest id) => records.FindNamed(reference) is { } known
        && (index is null ? known.Id == id && known.Index is null : known.Index == index && records.Find(id)?.Indexes.Contains(index.Value) == true);

    /// <summary>What the index says of the image besides, such as how it was built: small, and without it the index could not be pushed again.</summary>
    private Task PullAttestationsAsync(RegistrySession session, PullManifest found, ContentLease lease, CancellationToken cancellationToken)
    {
        if (found.Indexes.Count == 0)
        {
            return Task.CompletedTask;
        }

        var index = PullManifest.ParseIndex(found.Indexes[^1].Content, session.Reference.Familiar);
        var attestations = index.Manifests.Where(m => MediaTypes.IsManifest(m.MediaType) && Attestation.SubjectOf(m) == found.Chosen.Digest).Take(MostAttestations);
        return FirstFailure.WhenAllAsync(attestations, (attestation, token) => PullAttestationAsync(session, attestation, lease, token), cancellationToken);
    }

    private async Task PullAttestationAsync(RegistrySession session, Descriptor attestation, ContentLease lease, CancellationToken cancellationToken)
    {
        try
        {
            var document = await GetDocumentAsync(session, attestation.Digest.ToString(), lease, cancellationToken).ConfigureAwait(false);
            var blobs = BlobsOf(PullManifest.ParseAttestation(document.Content, $"attestation {attestation.Digest} of {session.Reference.Familiar}")).ToList();
            if (blobs.Sum(b => (decimal)b.Size) > AttestationLimit)
            {
                return;
            }

            foreach (var blob in blobs)
            {
                await FetchBlobAsync(session, blob, lease, cancellationToken).ConfigureAwait(false);
            }

            Content.Put(document.Digest, document.Content);
        }
        catch (NotFoundException)
        {
            // A copy of an image need not have it.
        }
    }

    private async Task FetchBlobAsync(RegistrySession session, Descriptor blob, ContentLease lease, CancellationToken cancellationToken)
    {
        lease.Hold(blob.Digest);
        using var blobLock = await Content.LockAsync(blob.Digest, cancellationToken).ConfigureAwait(false);
        if (!Content.Contains(blob.Digest))
        {
            using var writer = Content.BeginWrite(blob.Digest, blob.Size);
            await BlobDownload.RunAsync(session, blob, writer, _ => { }, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks each registry that may have the image, until one has it.</summary>
    private async Task<(RegistrySession Session, PullManifest Manifest)> FindAsync(
        ImageReference reference, Platform platform, RegistryAuth? auth, ContentLease lease, CancellationToken cancellationToken)
    {
        var found = await FirstAnswerAsync(registry.Open(reference, auth), session =>
            PullManifest.ResolveAsync(reference.Digest?.ToString() ?? reference.Tag!, reference.Familiar, platform, (what, token) => GetDocumentAsync(session, what, lease, token), PullManifest.ParseManifest, cancellationToken)).ConfigureAwait(false);
        foreach (var document in found.Answer.Indexes.Append(found.Answer.Chosen))
        {
            lease.Hold(document.Digest);
        }

        return found;
    }

    private static async Task<(RegistrySession Session, T Answer)> FirstAnswerAsync<T>(IReadOnlyList<RegistrySession> sessions, Func<RegistrySession, Task<T>> ask)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                return (sessions[i], await ask(sessions[i]).ConfigureAwait(false));
            }
            catch (GantryException) when (i + 1 < sessions.Count)
            {
                // A mirror that does not have it or does not answer is no failure: the registry itself is asked next.
            }
        }
    }

    /// <summary>What is named by its digest never changes, and need not be asked for if it is here.</summary>
    private async Task<RegistryDocument> GetDocumentAsync(RegistrySession session, string tagOrDigest, ContentLease lease, CancellationToken cancellationToken)
    {
        if (Digest.TryParse(tagOrDigest, out var digest))
        {
            lease.Hold(digest);
            if (Content.Contains(digest))
            {
                return new RegistryDocument(Content.Read(digest), digest, null);
            }
        }

        return await session.GetManifestAsync(tagOrDigest, cancellationToken).ConfigureAwait(false);
    }

    private async Task<byte[]> GetConfigurationAsync(RegistrySession session, Descriptor descriptor, ContentLease lease, CancellationToken cancellationToken)
    {
        lease.Hold(descriptor.Digest);
        return Content.Contains(descriptor.Digest)
            ? Content.Read(descriptor.Digest)
            : await session.GetConfigurationAsync(descriptor, cancellationToken).ConfigureAwait(false);
    }

    /// <param name="subject">What the configuration is of, for messages.</param>
    private static ImageConfiguration ParseConfiguration(byte[] content, ImageManifest manifest, string subject)
    {
        ImageConfiguration? configuration;
        try
        {
            configuration = JsonSerializer.Deserialize(content, ImageJson.Default.ImageConfiguration);
        }
        catch (JsonException e)
        {
            throw new InvalidArgumentException($"configuration of {subject} is not valid: {e.Message}", e);
        }

        return configuration?.RootFs?.DiffIds is not { } diffIds || diffIds.Count != manifest.Layers.Count
            ? throw new InvalidArgumentException($"configuration of {subject} is not valid: its layers are not those of the manifest")
            : configuration;
    }

    private static void RequirePlatform(ImageConfiguration configuration, Platform? wanted, ImageReference reference)
    {
        if (wanted is not null && configuration.Os.Length > 0 && configuration.Architecture.Length > 0 && wanted.Rank(configuration.Platform) is null)
        {
            throw new NotFoundException($"image {reference.Familiar} is for {configuration.Platform.Normalise()}, not for {wanted}");
        }
    }

    /// <summary>The image, with all its content held; null where it is gone.</summary>
    private Image? TryHold(Digest id, ContentLease lease)
    {
        for (var found = records.Find(id); found is not null;)
        {
            HoldAll(found.ChainIds.Concat(ContentOf(found)), lease);
            // What was found before it was held may be gone, or have another manifest.
            var held = records.Find(id);
            if (held is null || held.Target.Digest == found.Target.Digest)
            {
                return held;
            }

            found = held;
        }

        return null;
    }

    private static void HoldAll(IEnumerable<Digest> digests, ContentLease lease)
    {
        foreach (var digest in digests)
        {
            lease.Hold(digest);
        }
    }

    /// <summary>Records an image whose content is here and held. Its layers are written through to the disk later: of its blobs, which are, they can be made again.</summary>
    private void Add(Digest id, Descriptor target, IReadOnlyList<Digest> chainIds, IReadOnlyList<ImageReference> named, Digest? pulledAs, Digest? index = null)
    {
        // With its names: one without any may be removed at any moment.
        lock (names)
        {
            records.Add(id, target, SizeOf(chainIds), named, pulledAs, index);
        }

        Durability.Begin();
        Added?.Invoke();
    }

    private long SizeOf(IReadOnlyList<Digest> chainIds) => chainIds.Sum(c => Layers.Find(c)?.Size ?? 0);
}
