using System.Text.Json;
using Gantry.Images.Archives;
using Gantry.Images.Compression;
using Gantry.Images.Content;
using Gantry.Images.Layers;
using Gantry.Images.Trees;
using Gantry.Linux.Files;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    private static readonly SortedDictionary<string, string> NoAnnotations = [];

    /// <summary>Asked by <see cref="CollectGarbage"/> for what else is in use.</summary>
    public IContentHolder? Holder { get; set; }

    /// <summary>What is held by the lease stays until it is disposed.</summary>
    public ContentLease BeginLease() => leases.Begin();

    /// <summary>Writes the archive of a directory that an overlay wrote (its <c>upperdir</c>) into the content store.</summary>
    /// <returns>The uncompressed archive's descriptor, whose digest is the layer's diff id, and what the directory occupies.</returns>
    /// <param name="latest">Nanoseconds since 1970: what was modified later is written as of then.</param>
    /// <param name="parts">What of it was written before; null for nothing, as where times are others than on the disk.</param>
    public async Task<(Descriptor Blob, TreeUsage Usage)> AddArchiveAsync(
        string directory, long? latest, ArchiveParts? parts, ContentLease lease, CancellationToken cancellationToken)
    {
        var usage = default(TreeUsage);
        using var blob = await BlockingWork.RunAsync(() => Content.Ingest(stream =>
        {
            using var upper = RootedDirectory.Open(directory);
            var archive = new TreeArchive(stream, cancellationToken) { IsLayer = true, Latest = latest, Parts = parts };
            archive.AddDirectory(upper, []);
            archive.Finish();
            usage = archive.Usage;
        }), cancellationToken).ConfigureAwait(false);
        lease.Hold(blob.Digest);
        await BlockingWork.RunAsync(blob.Publish, cancellationToken).ConfigureAwait(false);
        return (new() { MediaType = MediaTypes.OciLayer, Digest = blob.Digest, Size = blob.Size }, usage);
    }

    /// <summary>Makes a directory, whose archive is in the store, the layer above others, unless that is there.</summary>
    /// <param name="parents">The chain ids beneath, lowest first.</param>
    /// <param name="usage">What it occupies.</param>
    /// <param name="move">Runs what renames the directory.</param>
    /// <returns>False where the layer was there: the directory stays the caller's.</returns>
    public async Task<bool> TryAdoptLayerAsync(
        string directory, Digest diffId, IReadOnlyList<Digest> parents, TreeUsage usage, ContentLease lease, Action<Action> move, CancellationToken cancellationToken)
    {
        using var held = await LockLayerAsync(diffId, parents, lease, cancellationToken).ConfigureAwait(false);
        if (held.IsThere)
        {
            return false;
        }

        // Not disposed: a directory that could not be given its place stays its owner's.
        var staged = new StagedLayer(directory, diffId, usage.Size, hidesAll: false, []) { Space = usage.Space };
        move(() => Layers.Commit(staged, held.ChainId, parents));
        return true;
    }

    /// <summary>Makes a blob of the content store the layer above others, unless that is there.</summary>
    public async Task ExtractLayerAsync(Descriptor blob, Digest diffId, IReadOnlyList<Digest> parents, ContentLease lease, CancellationToken cancellationToken)
    {
        using var held = await LockLayerAsync(diffId, parents, lease, cancellationToken).ConfigureAwait(false);
        if (!held.IsThere)
        {
            using var staged = await BlockingWork.RunAsync(() => Layers.Extract(Content.OpenRead(blob.Digest), diffId, null, cancellationToken), cancellationToken).ConfigureAwait(false);
            Layers.Commit(staged, held.ChainId, parents);
        }
    }

    private async Task<LayerHold> LockLayerAsync(Digest diffId, IReadOnlyList<Digest> parents, ContentLease lease, CancellationToken cancellationToken)
    {
        var chainId = parents.Count == 0 ? diffId : ChainId.Next(parents[^1], diffId);
        lease.Hold(chainId);
        var held = await Layers.LockAsync(chainId, cancellationToken).ConfigureAwait(false);
        return new(chainId, Layers.Find(chainId) is not null, held);
    }

    private readonly record struct LayerHold(Digest ChainId, bool IsThere, IDisposable Lock) : IDisposable
    {
        public void Dispose() => Lock.Dispose();
    }

    /// <summary>Makes the documents of an image whose layers' archives are in the content store. They stay while the lease does, longer only once it is added.</summary>
    public Image MakeImage(BuiltImage built, ContentLease lease)
    {
        var configuration = built.Configuration with { Config = built.Configuration.Config?.Ordered() };
        var document = JsonSerializer.SerializeToUtf8Bytes(configuration, ImageJson.Canonical.ImageConfiguration);
        var made = ArchiveImage.Author(document, [], built.Layers, built.Annotations);
        var id = made.Parsed.Config.Digest;
        Keep(id, document, lease);
        Keep(made.ManifestDigest, made.Manifest, lease);
        return new()
        {
            Id = id,
            Configuration = configuration,
            Target = made.Descriptor,
            Manifest = made.Parsed,
            ChainIds = ChainId.Of(configuration.RootFs.DiffIds),
            Size = 0,
            RepoTags = [],
            RepoDigests = [],
            Parent = built.Parent,
        };
    }

    /// <summary>Records images that were made, one for each platform, whose layers are here, and gives their names. The caller holds them.</summary>
    /// <param name="index">Of <see cref="MakeIndex"/>; null for one image alone.</param>
    /// <param name="asMade">Their manifests take the place of those that the same images have, which may differ in how layers are compressed.</param>
    /// <returns>The one of this machine's platform, or the first.</returns>
    public Image AddImages(IReadOnlyList<Image> made, Descriptor? index, IReadOnlyList<ImageReference> named, bool asMade)
    {
        foreach (var image in made)
        {
            Add(image.Id, image.Target, image.ChainIds, [.. named.Select(name => name.WithDefaultTag())], null, index?.Digest);
            if (records.Find(image.Id) is { } known && known.Target.Digest != image.Target.Digest && IsOurs(known) && (asMade || index is not null || !SameAnnotations(known.Manifest, image.Manifest)))
            {
                // An index can be pushed whole only with the manifests it lists.
                records.SetManifest(image.Id, image.Target);
            }

            if (image.Parent is { } parent)
            {
                records.SetParent(image.Id, parent);
            }
        }

        var best = made.MinBy(image => Platform.Current.Rank(image.Platform) ?? int.MaxValue)!;
        return records.Find(best.Id) ?? throw Gone(best.Id);
    }

    /// <summary>Gives an image a name by its digest: <c>name@sha256:…</c>.</summary>
    public void AddDigest(ImageReference repository, Digest digest, Image image) => records.AddDigest(repository, digest, image.Id);

    private static bool SameAnnotations(ImageManifest one, ImageManifest other) =>
        (one.Annotations ?? NoAnnotations).Order().SequenceEqual((other.Annotations ?? NoAnnotations).Order());

    /// <summary>Makes the index of images that were made, one for each platform.</summary>
    /// <param name="attestations">What is said of them (<see cref="MakeAttestation"/>).</param>
    /// <param name="describe">What the index says of an image besides; null for nothing.</param>
    /// <param name="annotations">Of the index itself; null for none.</param>
    public Descriptor MakeIndex(
        IReadOnlyList<Image> made, IReadOnlyList<Descriptor> attestations, Func<Image, IReadOnlyDictionary<string, string>?> describe, IReadOnlyDictionary<string, string>? annotations, ContentLease lease)
    {
        var index = new ImageIndex
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.OciIndex,
            Manifests = [.. made.Select(image => image.Target with { Platform = image.Platform, Annotations = describe(image) }), .. attestations],
            Annotations = annotations,
        };
        var document = JsonSerializer.SerializeToUtf8Bytes(index, ImageJson.Canonical.ImageIndex);
        var digest = Digest.Sha256(document);
        Keep(digest, document, lease);
        return DescribeIndex(digest, index);
    }

    /// <summary>Writes layers in the form that is wanted.</summary>
    /// <returns>All layers, held; those that are in it already as they are.</returns>
    public async Task<IReadOnlyList<Descriptor>> EncodeAsync(IReadOnlyList<Descriptor> layers, LayerEncoding encoding, ContentLease lease, CancellationToken cancellationToken)
    {
        var result = layers.ToArray();
        await FirstFailure.WhenAllAsync(layers.Index().Where(layer => encoding.Changes(layer.Item)), async (layer, token) =>
        {
            using var blob = await EncodeAsync(layer.Item, encoding, lease, token).ConfigureAwait(false);
            await BlockingWork.RunAsync(blob.Publish, token).ConfigureAwait(false);
            result[layer.Index] = new Descriptor { MediaType = encoding.MediaType, Digest = blob.Digest, Size = blob.Size };
        }, cancellationToken).ConfigureAwait(false);
        return result;
    }

    private void Keep(Digest digest, byte[] document, ContentLease lease)
    {
        lease.Hold(digest);
        Content.Put(digest, document);
    }
}
