using Gantry.Images.Content;
using Gantry.Images.Trees;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Build.Store;

/// <summary>A layer as an image has it.</summary>
public sealed record SealedLayer(Digest ChainId, Digest DiffId, Descriptor Blob);

/// <summary>Files that were modified later than some time are written as of then.</summary>
/// <param name="Beneath">How many of the lowest layers stay as they are.</param>
/// <param name="Latest">Nanoseconds since 1970.</param>
public sealed record TimeRewrite(int Beneath, long Latest);

public sealed partial class BuildStore
{
    private readonly KeyedLocks<string> archiving = new();

    /// <summary>Makes sure that a layer's archive is in the content store. May be called ahead, while later steps run.</summary>
    /// <param name="parts">What of it was written before; null for nothing.</param>
    public async Task<(Descriptor Blob, Digest DiffId)> ArchiveAsync(string layer, ArchiveParts? parts, ContentLease lease, CancellationToken cancellationToken)
    {
        using var held = await archiving.AcquireAsync(layer, cancellationToken).ConfigureAwait(false);
        if (FindArchive(layer) is { } known)
        {
            lease.Hold(known.Blob.Digest);
            if (images.Content.Contains(known.Blob.Digest))
            {
                return known;
            }
        }

        if (layer.StartsWith("sha256:", StringComparison.Ordinal))
        {
            throw new NotFoundException($"the content of layer {layer} is gone: pull its image again");
        }

        var (blob, usage) = await images.AddArchiveAsync(PathOf(layer), null, parts, lease, cancellationToken).ConfigureAwait(false);
        NoteArchive(layer, blob, blob.Digest);
        NoteUsage(layer, usage);
        return (blob, blob.Digest);
    }

    /// <summary>Whether the archive of an image's layer is in the content store; it is held then.</summary>
    internal bool HasArchive(Digest chain, ContentLease lease)
    {
        if (FindArchive(chain.ToString()) is not { } known)
        {
            return false;
        }

        lease.Hold(known.Blob.Digest);
        return images.Content.Contains(known.Blob.Digest);
    }

    /// <summary>What a filesystem's layers are in an image; null where one of them never became part of any.</summary>
    internal IReadOnlyList<Digest>? DiffIdsOf(LayerStack stack)
    {
        var archives = stack.Layers.Select(FindArchive).ToList();
        return archives.Contains(null) ? null : [.. archives.Select(archive => archive!.Value.DiffId)];
    }

    /// <summary>Notes what an image's layer is stored as, unless something is known that is there.</summary>
    internal void NoteArchive(Digest chain, Descriptor blob, Digest diffId)
    {
        if (FindArchive(chain.ToString()) is not { } known || !images.Content.Contains(known.Blob.Digest))
        {
            NoteArchive(chain.ToString(), blob, diffId);
        }
    }

    private void NoteArchive(string layer, Descriptor blob, Digest diffId) => database.Write(r =>
        r.Execute("INSERT OR REPLACE INTO build_archives VALUES($1,$2,$3,$4,$5)", layer, blob.MediaType, blob.Digest.ToString(), blob.Size, diffId.ToString()));

    /// <summary>Makes the layers of a filesystem layers of images. They are held by the lease.</summary>
    /// <param name="rewrite">Layers whose files get new times; null for none.</param>
    public async Task<IReadOnlyList<SealedLayer>> SealAsync(LayerStack stack, TimeRewrite? rewrite, ContentLease lease, CancellationToken cancellationToken)
    {
        var result = new List<SealedLayer>();
        foreach (var (index, layer) in stack.Layers.Index())
        {
            IReadOnlyList<Digest> parents = [.. result.Select(one => one.ChainId)];
            if (rewrite is { } wanted && index >= wanted.Beneath)
            {
                var (blob, _) = await images.AddArchiveAsync(PathOf(layer), wanted.Latest, null, lease, cancellationToken).ConfigureAwait(false);
                var chain = parents.Count == 0 ? blob.Digest : Images.Layers.ChainId.Next(parents[^1], blob.Digest);
                await images.ExtractLayerAsync(blob, blob.Digest, parents, lease, cancellationToken).ConfigureAwait(false);
                result.Add(new(chain, blob.Digest, blob));
                continue;
            }

            var (archive, diffId) = await ArchiveAsync(layer, null, lease, cancellationToken).ConfigureAwait(false);
            result.Add(new(await PlaceAsync(layer, archive, diffId, parents, lease, cancellationToken).ConfigureAwait(false), diffId, archive));
        }

        return result;
    }

    private async Task<Digest> PlaceAsync(string layer, Descriptor blob, Digest diffId, IReadOnlyList<Digest> parents, ContentLease lease, CancellationToken cancellationToken)
    {
        var chainId = parents.Count == 0 ? diffId : Images.Layers.ChainId.Next(parents[^1], diffId);
        lease.Hold(chainId);
        if (images.Layers.Find(chainId) is not null)
        {
            return chainId;
        }

        if (layer.StartsWith("sha256:", StringComparison.Ordinal) || adopted.ContainsKey(layer))
        {
            // It stands on others here than where it is: it is extracted once more.
            await images.ExtractLayerAsync(blob, diffId, parents, lease, cancellationToken).ConfigureAwait(false);
            return chainId;
        }

        var usage = await UsageAsync(layer).ConfigureAwait(false);
        await images.TryAdoptLayerAsync(PathOf(layer), diffId, parents, usage, lease, commit => Move(layer, chainId, commit), cancellationToken).ConfigureAwait(false);
        return chainId;
    }

    private void Move(string layer, Digest chainId, Action commit)
    {
        moving.EnterWriteLock();
        try
        {
            commit();
            adopted[layer] = chainId;
        }
        finally
        {
            moving.ExitWriteLock();
        }

        database.Write(r => r.Execute("UPDATE build_layers SET chain_id=$2, adopted=1, boot=NULL WHERE id=$1", layer, chainId.ToString()));
    }

    private string PathOf(string layer) => adopted.TryGetValue(layer, out var chain) ? images.Layers.PathOf(chain) : Path.Combine(layers, layer, DiffName);

    private (Descriptor Blob, Digest DiffId)? FindArchive(string layer) => database.Read(r => r.Query(
        "SELECT media_type, digest, size, diff_id FROM build_archives WHERE layer=$1",
        x => (new Descriptor { MediaType = x.GetString(0), Digest = Digest.Parse(x.GetString(1)), Size = x.GetInt64(2) }, Digest.Parse(x.GetString(3))), layer)) is [var found] ? found : null;

    /// <summary>For <see cref="Gantry.Images.Layers.WriteThrough"/>: until it is written, a layer counts only as long as the machine runs.</summary>
    private Action? BeginWrite()
    {
        var written = database.Read(r => r.Query("SELECT id FROM build_layers WHERE boot IS NOT NULL", x => x.GetString(0)));
        return written.Count == 0 ? null : () => database.Write(r =>
        {
            foreach (var id in written)
            {
                r.Execute("UPDATE build_layers SET boot=NULL WHERE id=$1", id);
            }
        });
    }
}
