using Gantry.Images.Content;
using Gantry.Images.Layers;
using Gantry.Images.Pulling;
using Gantry.Images.Registry;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    /// <summary>Pulls and extracts all layers side by side. The first failure stops the others and is the one told.</summary>
    /// <returns>True if there was anything to do.</returns>
    private Task<bool> PullLayersAsync(
        RegistrySession session, ImageManifest manifest, ImageConfiguration configuration, ContentLease lease, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        foreach (var layer in manifest.Layers)
        {
            progress?.Report(new(layer.Digest.Short, "Pulling fs layer"));
        }

        return ForEachLayerAsync(configuration.RootFs.DiffIds, lease, (index, chain, parent, token) =>
            PullLayerAsync(session, manifest.Layers[index], configuration.RootFs.DiffIds[index], chain, parent, lease, new LayerProgress(progress, manifest.Layers[index].Digest.Short), token), cancellationToken);
    }

    /// <param name="work">Makes one layer; <c>parent</c> ends when the layer beneath it has its place. Returns false if it was there.</param>
    private static async Task<bool> ForEachLayerAsync(
        IReadOnlyList<Digest> diffIds, ContentLease lease, Func<int, IReadOnlyList<Digest>, Task, CancellationToken, Task<bool>> work, CancellationToken cancellationToken)
    {
        var chain = ChainId.Of(diffIds);
        HoldAll(chain, lease);
        var done = await FirstFailure.WhenAllAsync(diffIds.Count, (index, below, token) => work(index, [.. chain.Take(index + 1)], below, token), cancellationToken).ConfigureAwait(false);
        return done.Contains(true);
    }

    private async Task<bool> PullLayerAsync(
        RegistrySession session, Descriptor blob, Digest diffId, IReadOnlyList<Digest> chain, Task parent, ContentLease lease, LayerProgress progress, CancellationToken cancellationToken)
    {
        lease.Hold(blob.Digest);
        using var layerLock = await Layers.LockAsync(chain[^1], cancellationToken).ConfigureAwait(false);
        var extracted = Layers.Find(chain[^1]) is not null;
        if (extracted && Content.Contains(blob.Digest))
        {
            progress.Say("Already exists");
            return false;
        }

        using var staged = await FetchLayerAsync(session, blob, diffId, extracted, progress, cancellationToken).ConfigureAwait(false);
        if (staged is not null)
        {
            await parent.ConfigureAwait(false);
            Layers.Commit(staged, chain[^1], [.. chain.SkipLast(1)]);
        }

        progress.Say("Pull complete");
        return staged is not null;
    }

    /// <summary>Downloads a layer, unless it is here, and extracts it while it comes. Null where it is extracted already: then it is only verified.</summary>
    private async Task<StagedLayer?> FetchLayerAsync(RegistrySession session, Descriptor blob, Digest diffId, bool extracted, LayerProgress progress, CancellationToken cancellationToken)
    {
        using var blobLock = await Content.LockAsync(blob.Digest, cancellationToken).ConfigureAwait(false);
        if (Content.Contains(blob.Digest))
        {
            blobLock.Dispose();
            progress.Say("Download complete");
            return await ExtractAsync(() => Content.OpenRead(blob.Digest), diffId, extracted, blob.Size, progress, cancellationToken).ConfigureAwait(false);
        }

        var turn = downloads;
        if (!await turn.WaitAsync(0, cancellationToken).ConfigureAwait(false))
        {
            progress.Say("Waiting");
            await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await StreamLayerAsync(session, blob, diffId, extracted, progress, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<StagedLayer?> StreamLayerAsync(RegistrySession session, Descriptor blob, Digest diffId, bool extracted, LayerProgress progress, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var writer = await Task.Run(() => Content.BeginWrite(blob.Digest, blob.Size), cancellationToken).ConfigureAwait(false);
        var extraction = BlockingWork.RunAsync(() => Consume(writer.Follow, diffId, extracted, stop.Token), stop.Token);
        try
        {
            await BlobDownload.RunAsync(session, blob, writer, written => progress.Tell("Downloading", written, blob.Size), stop.Token).ConfigureAwait(false);
            progress.Close("Downloading");
            progress.Say("Verifying Checksum");
            progress.Say("Download complete");
        }
        catch (Exception e)
        {
            writer.Fail(e);
            await stop.CancelAsync().ConfigureAwait(false);
            (await SettleAsync(extraction).ConfigureAwait(false))?.Dispose();
            throw Told(e, session);
        }

        progress.Tell("Extracting", blob.Size, blob.Size);
        return await extraction.ConfigureAwait(false);
    }

    private static Exception Told(Exception e, RegistrySession session) => e switch
    {
        GantryException or OperationCanceledException => e,
        IOException { HResult: 28 } => new InternalException($"cannot pull {session.Reference.Familiar}: no space left on device", e),
        _ => new InternalException($"cannot pull {session.Reference.Familiar}: {e.Message}", e),
    };

    private async Task<StagedLayer?> ExtractAsync(Func<Stream> open, Digest diffId, bool extracted, long size, LayerProgress progress, CancellationToken cancellationToken, string status = "Extracting")
    {
        await extractions.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            progress.Tell(status, size, size);
            return await BlockingWork.RunAsync(() => Consume(open, diffId, extracted, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            extractions.Release();
        }
    }

    private StagedLayer? Consume(Func<Stream> open, Digest diffId, bool extracted, CancellationToken cancellationToken)
    {
        if (!extracted)
        {
            return Layers.Extract(open(), diffId, null, cancellationToken);
        }

        Layers.Verify(open(), diffId, cancellationToken);
        return null;
    }

    private static async Task<T?> SettleAsync<T>(Task<T?> task)
        where T : class
    {
        await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return task.IsCompletedSuccessfully ? await task.ConfigureAwait(false) : null;
    }
}
