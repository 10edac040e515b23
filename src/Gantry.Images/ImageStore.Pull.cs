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
    /// <summary>
    /// Brings an image here from its registry. What is here is not fetched again; layers come and are extracted side by
    /// side; nothing of the image shows before all of it is verified. A try that was cut off is continued by the next.
    /// </summary>
    /// <param name="reference">Without tag and digest it means <c>latest</c>.</param>
    /// <param name="platform">Null for the one of this machine.</param>
    public async Task<Image> PullAsync(ImageReference reference, Platform? platform, RegistryAuth? auth, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        reference = reference.WithDefaultTag();
        var (image, isNew) = await PullOneAsync(reference, platform, auth, progress, cancellationToken).ConfigureAwait(false);
        progress?.Report(Conclusion(isNew, reference));
        return image;
    }

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
            anyNew |= (await PullOneAsync(repository.WithTag(tag), platform, auth, progress, cancellationToken).ConfigureAwait(false)).IsNew;
        }

        progress?.Report(Conclusion(anyNew, repository));
    }

    private static PullProgress Conclusion(bool isNew, ImageReference reference) =>
        new(null, $"Status: {(isNew ? "Downloaded newer image" : "Image is up to date")} for {reference.Familiar}");

    private async Task<(Image Image, bool IsNew)> PullOneAsync(ImageReference reference, Platform? platform, RegistryAuth? auth, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        using var lease = leases.Begin();
        var (session, found) = await FindAsync(reference, platform ?? Platform.Current, auth, lease, cancellationToken).ConfigureAwait(false);
        progress?.Report(new(reference.Digest?.ToString() ?? reference.Tag, $"Pulling from {reference.Path}"));

        var configuration = await GetConfigurationAsync(session, found.Manifest.Config, lease, cancellationToken).ConfigureAwait(false);
        var parsed = ParseConfiguration(configuration, found.Manifest, platform, reference);
        var id = found.Manifest.Config.Digest;
        var downloaded = records.FindByName(reference) != id;
        var chain = ChainId.Of(parsed.RootFs.DiffIds);
        HoldAll(chain.Concat(found.Manifest.Layers.Select(l => l.Digest)), lease);
        Content.Put(found.Named.Digest, found.Named.Content);
        IReadOnlyList<ImageReference> named = [reference.Digest is null ? reference : reference.NameOnly()];
        if (!records.TryAddNames(id, named, found.Named.Digest))
        {
            downloaded |= await PullLayersAsync(session, found.Manifest, parsed, lease, progress, cancellationToken).ConfigureAwait(false);
            Content.Put(id, configuration);
            Content.Put(found.Chosen.Digest, found.Chosen.Content);
            cancellationToken.ThrowIfCancellationRequested();
            var target = new Descriptor { MediaType = found.MediaType, Digest = found.Chosen.Digest, Size = found.Chosen.Content.Length };
            Add(id, target, chain, named, found.Named.Digest);
        }

        progress?.Report(new(null, $"Digest: {found.Named.Digest}"));
        return (records.Find(id) ?? throw Gone(id), downloaded);
    }

    /// <summary>Asks each registry that may have the image, until one has it.</summary>
    private async Task<(RegistrySession Session, PullManifest Manifest)> FindAsync(
        ImageReference reference, Platform platform, RegistryAuth? auth, ContentLease lease, CancellationToken cancellationToken)
    {
        var found = await FirstAnswerAsync(registry.Open(reference, auth), session =>
            PullManifest.ResolveAsync(reference, platform, (what, token) => GetDocumentAsync(session, what, lease, token), cancellationToken)).ConfigureAwait(false);
        lease.Hold(found.Answer.Named.Digest);
        lease.Hold(found.Answer.Chosen.Digest);
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

    private static ImageConfiguration ParseConfiguration(byte[] content, ImageManifest manifest, Platform? platform, ImageReference reference)
    {
        ImageConfiguration? configuration;
        try
        {
            configuration = JsonSerializer.Deserialize(content, ImageJson.Default.ImageConfiguration);
        }
        catch (JsonException e)
        {
            throw new InvalidArgumentException($"configuration of {reference.Familiar} is not valid: {e.Message}", e);
        }

        if (configuration?.RootFs?.DiffIds is not { } diffIds || diffIds.Count != manifest.Layers.Count)
        {
            throw new InvalidArgumentException($"configuration of {reference.Familiar} is not valid: its layers are not those of the manifest");
        }

        var wanted = platform ?? Platform.Current;
        return configuration.Os.Length > 0 && configuration.Architecture.Length > 0 && wanted.Rank(configuration.Platform) is null
            ? throw new NotFoundException($"image {reference.Familiar} is for {configuration.Platform.Normalise()}, not for {wanted}")
            : configuration;
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

    /// <summary>Records an image whose content is here and held, once its layers are written through to the disk.</summary>
    private void Add(Digest id, Descriptor target, IReadOnlyList<Digest> chainIds, IReadOnlyList<ImageReference> named, Digest? pulledAs)
    {
        Layers.Sync(chainIds);
        records.Add(id, target, SizeOf(chainIds), named, pulledAs);
        Added?.Invoke();
    }

    private long SizeOf(IReadOnlyList<Digest> chainIds) => chainIds.Sum(c => Layers.Find(c)?.Size ?? 0);
}
