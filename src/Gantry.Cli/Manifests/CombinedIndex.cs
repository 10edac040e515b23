using System.Text;
using System.Text.Json;
using Gantry.Client;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Cli.Manifests;

/// <summary>An index of the images of several names at a registry.</summary>
/// <param name="Raw">Its bytes; of one source alone, where nothing of it is left out, those that this has.</param>
/// <param name="Parts">Where each manifest in it comes from.</param>
internal sealed record CombinedIndex(string MediaType, byte[] Raw, IReadOnlyList<(ImageReference Source, Descriptor Descriptor)> Parts)
{
    /// <param name="platforms">What is taken of the sources; none for all.</param>
    /// <param name="prefersIndex">One image alone is put into an index too.</param>
    public static async ValueTask<CombinedIndex> OfAsync(RemoteImages registry, IReadOnlyList<ImageReference> sources, IReadOnlyList<Platform> platforms, bool prefersIndex)
    {
        var parts = new List<(ImageReference Source, Descriptor Descriptor)>();
        var whole = new List<RemoteManifest>();
        foreach (var source in sources)
        {
            var found = await registry.FindAsync(source, configuration: true).ConfigureAwait(false) ?? throw new NotFoundException($"{source}: not found");
            whole.Add(found);
            var descriptors = MediaTypes.IsIndex(found.Descriptor.MediaType) ? found.ParseIndex().Manifests : [found.Descriptor with { Platform = found.ParseConfiguration()?.Platform }];
            parts.AddRange(descriptors.Where(descriptor => platforms.Count == 0 || (descriptor.Platform is { } platform && platforms.Any(wanted => wanted.Rank(platform) is not null)))
                .Where(descriptor => !parts.Exists(known => known.Descriptor.Digest == descriptor.Digest))
                .Select(descriptor => (source, descriptor)));
        }

        if (parts.Count == 0) throw new NotFoundException("none of the sources has an image of these platforms");
        var isCopy = whole is [var only] && platforms.Count == 0 && (MediaTypes.IsIndex(only.Descriptor.MediaType) || !prefersIndex);
        if (isCopy) return new(whole[0].Descriptor.MediaType, whole[0].Raw, MediaTypes.IsIndex(whole[0].Descriptor.MediaType) ? parts : []);
        var type = ManifestEntry.ListType([.. parts.Select(part => part.Descriptor)]);
        return new(type, Text(type, parts.Select(part => part.Descriptor)), parts);
    }

    private static byte[] Text(string type, IEnumerable<Descriptor> manifests)
    {
        var body = new JsonBody { ["schemaVersion"] = 2, ["mediaType"] = type, ["manifests"] = manifests.Select(Body).ToList() };
        return Encoding.UTF8.GetBytes(ManifestEntry.Indented(JsonDocument.Parse(body.ToUtf8()).RootElement, "  "));
    }

    private static JsonBody Body(Descriptor manifest)
    {
        var body = new JsonBody { ["mediaType"] = manifest.MediaType, ["digest"] = manifest.Digest.ToString(), ["size"] = manifest.Size };
        if (manifest.Annotations is { Count: > 0 } annotations) body["annotations"] = JsonBody.Of(annotations);
        if (manifest.Platform is { } platform) body["platform"] = ManifestEntry.PlatformBody(platform);
        return body;
    }
}
