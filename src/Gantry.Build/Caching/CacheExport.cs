using System.Text.Json;
using Gantry.Build.Planning;
using Gantry.Build.Solving;
using Gantry.Build.Steps;
using Gantry.Build.Store;
using Gantry.Images.Compression;
using Gantry.Spec;
using Gantry.Spec.Build;
using Gantry.Spec.Image;

namespace Gantry.Build.Caching;

/// <summary>Keeps the steps of a build for builds elsewhere.</summary>
internal sealed class CacheExport(BuildRun run)
{
    private readonly Dictionary<string, int> indexes = new(StringComparer.Ordinal);
    private readonly List<Descriptor> blobs = [];
    private readonly List<Digest> diffIds = [];

    /// <returns>What a layout is to name; null for other destinations, which name it themselves.</returns>
    public static Task<Descriptor?> WriteAsync(BuildRun run, IReadOnlyList<ImagePlan> plans, CacheDestination destination) =>
        run.LoadAsync<Descriptor?>(new MetadataStep { Name = destination is RegistryCacheDestination registry ? $"exporting cache to {registry.Reference.Familiar}" : "exporting cache to client directory" }, async report =>
        {
            var export = new CacheExport(run);
            var document = await export.DescribeAsync(plans, destination).ConfigureAwait(false);
            var bytes = JsonSerializer.SerializeToUtf8Bytes(document, ImageJson.Canonical.SharedCache);
            var blobs = (destination.Encoding ?? (destination is RegistryCacheDestination ? LayerEncoding.Usual : null)) is { } encoding
                ? await run.Environment.Images.EncodeAsync(export.blobs, encoding, run.Lease, run.CancellationToken).ConfigureAwait(false)
                : export.blobs;
            switch (destination)
            {
                case RegistryCacheDestination { Reference: var reference }:
                    await run.Inputs.PushArtifactAsync(reference, SharedCache.MediaType, bytes, blobs, run.Lease, report, run.CancellationToken).ConfigureAwait(false);
                    break;
                case ArchiveCacheDestination archive:
                    await archive.Take(
                        (stream, token) => run.Environment.Images.SaveArtifactAsync(SharedCache.MediaType, bytes, blobs, archive.Tag, run.Lease, stream, token),
                        report,
                        run.CancellationToken).ConfigureAwait(false);
                    break;
                case LayoutCacheDestination { Layout: var layout }:
                    return await run.Environment.Images.SaveArtifactAsync(SharedCache.MediaType, bytes, blobs, layout, run.Lease, run.CancellationToken).ConfigureAwait(false);
            }

            return null;
        });

    /// <summary>What an image says of its own layers.</summary>
    /// <param name="stack">The layers of the image.</param>
    public static SharedCache Inline(BuildRun run, ImagePlan plan, LayerStack stack)
    {
        var places = stack.Layers.Index().ToDictionary(layer => layer.Item, layer => layer.Index, StringComparer.Ordinal);
        return new()
        {
            Steps = [.. plan.LayerSteps.Select(run.FindSolved).OfType<SolvedStep>().Where(step => step.Stack.Layers.All(places.ContainsKey)).Select(step => Describe(step, [.. step.Stack.Layers.Select(layer => places[layer])]))],
            Contents = Contents(run),
        };
    }

    private async Task<SharedCache> DescribeAsync(IReadOnlyList<ImagePlan> plans, CacheDestination destination)
    {
        var steps = new List<SharedStep>();
        foreach (var step in destination.OfAllStages ? run.KnownSteps : plans.SelectMany(plan => plan.LayerSteps).Distinct())
        {
            if (await run.FindSolvedAsync(step).ConfigureAwait(false) is { } solved && !steps.Any(other => other.Key == solved.Key))
            {
                var layers = new List<int>();
                foreach (var layer in solved.Stack.Layers)
                {
                    layers.Add(await AddAsync(layer).ConfigureAwait(false));
                }

                steps.Add(Describe(solved, layers));
            }
        }

        var mounts = destination.WithMounts ? await AddMountsAsync().ConfigureAwait(false) : null;
        return new() { DiffIds = diffIds, Steps = steps, Contents = Contents(run), Mounts = mounts };
    }

    private async Task<int> AddAsync(string layer)
    {
        if (!indexes.TryGetValue(layer, out var index))
        {
            var (blob, diffId) = await run.Store.ArchiveAsync(layer, null, run.Lease, run.CancellationToken).ConfigureAwait(false);
            indexes[layer] = index = Append(blob, diffId);
        }

        return index;
    }

    private async Task<IReadOnlyDictionary<string, int>> AddMountsAsync()
    {
        var mounts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var id in run.UsedMounts.Where(id => Directory.Exists(run.Store.MountPath(id))))
        {
            var (blob, _) = await run.Environment.Images.AddArchiveAsync(run.Store.MountPath(id), null, null, run.Lease, run.CancellationToken).ConfigureAwait(false);
            mounts[id] = Append(blob, blob.Digest);
        }

        return mounts;
    }

    private int Append(Descriptor blob, Digest diffId)
    {
        blobs.Add(blob);
        diffIds.Add(diffId);
        return blobs.Count - 1;
    }

    private static SharedStep Describe(SolvedStep step, IReadOnlyList<int> layers) => new() { Key = step.Key, Name = step.Name, Created = step.Created, Layers = layers };

    private static SortedDictionary<string, string>? Contents(BuildRun run) =>
        run.Contents.Count == 0 ? null : new(run.Contents.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value.ToString()), StringComparer.Ordinal);
}
