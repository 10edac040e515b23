using System.IO.Pipelines;
using System.Text.Json;
using Gantry.Images.Archives;
using Gantry.Images.Content;
using Gantry.Images.Layers;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images;

/// <summary>What an image that is made of another one and a layer says of itself.</summary>
public sealed record ImageCommit
{
    public required Digest ParentId { get; init; }

    public required ImageConfig Config { get; init; }

    /// <summary>Dockerfile instructions for the configuration.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>Puts the values of variables, given as <c>name=value</c>, into one of the <see cref="Changes"/>.</summary>
    public Func<string, IReadOnlyList<string>, string>? Expand { get; init; }

    public string? Author { get; init; }

    public string? Comment { get; init; }

    public string? CreatedBy { get; init; }

    public ImageReference? Name { get; init; }
}

public sealed partial class ImageStore
{
    /// <summary>Makes an image of another one and one more layer.</summary>
    /// <param name="write">Writes the layer, a tar.</param>
    public async Task<Image> CommitAsync(ImageCommit commit, Func<PipeWriter, Task> write, CancellationToken cancellationToken)
    {
        var config = ImageChanges.Apply(commit.Config, commit.Changes, commit.Expand);
        using var lease = leases.Begin();
        var parent = TryHold(commit.ParentId, lease) ?? throw new NotFoundException($"No such image: {commit.ParentId}");
        using var blob = await IngestAsync(write, cancellationToken).ConfigureAwait(false);
        lease.Hold(blob.Digest);
        using var layer = await BlockingWork.RunAsync(() => Layers.Extract(blob.OpenRead(), null, null, cancellationToken), cancellationToken).ConfigureAwait(false);
        IReadOnlyList<Digest> diffIds = [.. parent.DiffIds, layer.DiffId];
        var chain = ChainId.Of(diffIds);
        lease.Hold(chain[^1]);
        using (await Layers.LockAsync(chain[^1], cancellationToken).ConfigureAwait(false))
        {
            if (Layers.Find(chain[^1]) is null)
            {
                Layers.Commit(layer, chain[^1], [.. chain.SkipLast(1)]);
            }
        }

        var now = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var configuration = parent.Configuration with
        {
            Created = now,
            Author = commit.Author is { Length: > 0 } author ? author : null,
            Comment = commit.Comment is { Length: > 0 } comment ? comment : null,
            DockerVersion = null,
            Config = config,
            RootFs = new RootFs { DiffIds = diffIds },
            History = [.. parent.Configuration.History ?? [], new HistoryEntry { Created = now, CreatedBy = commit.CreatedBy, Author = commit.Author is { Length: > 0 } by ? by : null, Comment = commit.Comment is { Length: > 0 } why ? why : null }],
        };
        var document = JsonSerializer.SerializeToUtf8Bytes(configuration, ImageJson.Canonical.ImageConfiguration);
        var image = ArchiveImage.Author(document, [blob], parent.Manifest.Layers);
        var id = image.Parsed.Config.Digest;
        lease.Hold(id);
        lease.Hold(image.ManifestDigest);
        Register(image, id, chain, commit.Name);
        records.SetParent(id, parent.Id);
        return records.Find(id) ?? throw Gone(id);
    }

    private async Task<StagedBlob> IngestAsync(Func<PipeWriter, Task> write, CancellationToken cancellationToken)
    {
        var pipe = new Pipe();
        var ingesting = BlockingWork.RunAsync(() => Content.Ingest(pipe.Reader.AsStream(), cancellationToken), cancellationToken);
        try
        {
            await write(pipe.Writer).ConfigureAwait(false);
            await pipe.Writer.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await pipe.Writer.CompleteAsync(e).ConfigureAwait(false);
            (await SettleAsync(ingesting!).ConfigureAwait(false))?.Dispose();
            throw;
        }

        return await ingesting.ConfigureAwait(false);
    }
}
