using System.Text.Json;
using Gantry.Images.Archives;
using Gantry.Images.Content;
using Gantry.Images.Layers;
using Gantry.Images.Trees;
using Gantry.Linux.Files;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    /// <summary>Asked by <see cref="CollectGarbage"/> for what else is in use.</summary>
    public IContentHolder? Holder { get; set; }

    /// <summary>What is held by the lease stays until it is disposed.</summary>
    public ContentLease BeginLease() => leases.Begin();

    /// <summary>Writes the archive of a directory that an overlay wrote (its <c>upperdir</c>) into the content store.</summary>
    /// <returns>The uncompressed archive's descriptor: its digest is the layer's diff id.</returns>
    public async Task<Descriptor> AddArchiveAsync(string directory, ContentLease lease, CancellationToken cancellationToken)
    {
        using var blob = await Blocking(() => Content.Ingest(stream =>
        {
            using var upper = RootedDirectory.Open(directory);
            var archive = new TreeArchive(stream, cancellationToken) { IsLayer = true };
            archive.AddDirectory(upper, []);
            archive.Finish();
        })).ConfigureAwait(false);
        lease.Hold(blob.Digest);
        await Blocking(() =>
        {
            blob.Publish();
            return true;
        }).ConfigureAwait(false);
        return new() { MediaType = MediaTypes.OciLayer, Digest = blob.Digest, Size = blob.Size };
    }

    /// <summary>Makes a directory, whose archive is in the store, the layer above others, unless that is there.</summary>
    /// <param name="parents">The chain ids beneath, lowest first.</param>
    /// <param name="size">The sum of its files' sizes in bytes.</param>
    /// <param name="move">Runs what renames the directory.</param>
    /// <returns>False where the layer was there: the directory stays the caller's.</returns>
    public async Task<bool> TryAdoptLayerAsync(
        string directory, Digest diffId, IReadOnlyList<Digest> parents, long size, ContentLease lease, Action<Action> move, CancellationToken cancellationToken)
    {
        using var held = await LockLayerAsync(diffId, parents, lease, cancellationToken).ConfigureAwait(false);
        if (held.IsThere)
        {
            return false;
        }

        // Not disposed: a directory that could not be given its place stays its owner's.
        var staged = new StagedLayer(directory, diffId, size, hidesAll: false, []);
        move(() => Layers.Commit(staged, held.ChainId, parents));
        return true;
    }

    /// <summary>Makes a blob of the content store the layer above others, unless that is there.</summary>
    public async Task ExtractLayerAsync(Descriptor blob, Digest diffId, IReadOnlyList<Digest> parents, ContentLease lease, CancellationToken cancellationToken)
    {
        using var held = await LockLayerAsync(diffId, parents, lease, cancellationToken).ConfigureAwait(false);
        if (!held.IsThere)
        {
            using var staged = await Blocking(() => Layers.Extract(Content.OpenRead(blob.Digest), diffId, null, cancellationToken)).ConfigureAwait(false);
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

    /// <summary>Records an image whose layers are here. The caller holds them.</summary>
    public Image AddImage(BuiltImage built, ContentLease lease)
    {
        var document = JsonSerializer.SerializeToUtf8Bytes(built.Configuration, ImageJson.Canonical.ImageConfiguration);
        var image = ArchiveImage.Author(document, [], built.Layers);
        var id = image.Parsed.Config.Digest;
        lease.Hold(id);
        lease.Hold(image.ManifestDigest);
        Register(image, id, ChainId.Of(built.Configuration.RootFs.DiffIds));
        if (built.Parent is { } parent)
        {
            records.SetParent(id, parent);
        }

        foreach (var name in built.Names)
        {
            lock (names)
            {
                records.SetName(name.WithDefaultTag(), id);
            }
        }

        return records.Find(id) ?? throw Gone(id);
    }
}
