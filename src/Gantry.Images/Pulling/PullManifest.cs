using System.Text.Json;
using Gantry.Images.Registry;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images.Pulling;

/// <summary>What a reference stands for: the document it names, and the manifest of the right platform in it.</summary>
/// <param name="Indexes">From the one that the tag or digest names to the one that lists the manifest; none where it names the manifest.</param>
internal sealed record PullManifest(IReadOnlyList<RegistryDocument> Indexes, RegistryDocument Chosen, string MediaType, ImageManifest Manifest)
{
    /// <summary>Indexes may hold indexes, but not for ever.</summary>
    private const int Depth = 4;

    /// <summary>The manifest or index that the tag or digest names.</summary>
    public RegistryDocument Named => Indexes.Count > 0 ? Indexes[0] : Chosen;

    /// <summary>The index that the tag or digest names; null where it names the manifest.</summary>
    public Digest? Index => Indexes.Count > 0 ? Indexes[0].Digest : null;

    /// <param name="named">A tag or digest.</param>
    /// <param name="subject">What it is of, for messages.</param>
    /// <param name="parse"><see cref="ParseManifest"/>, or <see cref="ParseAttestation"/> for what need not be an image.</param>
    public static async Task<PullManifest> ResolveAsync(
        string named, string subject, Platform platform, Func<string, CancellationToken, Task<RegistryDocument>> get, Func<byte[], string, ImageManifest> parse, CancellationToken cancellationToken)
    {
        var document = await get(named, cancellationToken).ConfigureAwait(false);
        var indexes = new List<RegistryDocument>();
        for (var depth = 0; depth < Depth; depth++)
        {
            var type = TypeOf(document, subject);
            if (MediaTypes.IsManifest(type))
            {
                return new(indexes, document, type, parse(document.Content, subject));
            }

            indexes.Add(document);
            var chosen = Choose(ParseIndex(document.Content, subject), platform, subject);
            document = await get(chosen.Digest.ToString(), cancellationToken).ConfigureAwait(false);
        }

        throw new InvalidArgumentException($"index of {subject} nests deeper than {Depth} levels");
    }

    /// <param name="subject">What the manifest is of, for messages.</param>
    public static ImageManifest ParseManifest(byte[] content, string subject)
    {
        var manifest = ParseAttestation(content, subject);
        if (!MediaTypes.IsConfig(manifest.Config.MediaType))
        {
            throw new UnsupportedException($"{subject} is not a container image: its config is {manifest.Config.MediaType}");
        }

        return manifest.Layers.FirstOrDefault(l => !MediaTypes.IsLayer(l.MediaType)) is { } unknown
            ? throw new UnsupportedException($"layer {unknown.Digest} of {subject} has unknown media type {unknown.MediaType}")
            : manifest;
    }

    /// <summary>A manifest whose content may be of any type.</summary>
    public static ImageManifest ParseAttestation(byte[] content, string subject)
    {
        ImageManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(content, ImageJson.Default.ImageManifest);
        }
        catch (JsonException e)
        {
            throw new InvalidArgumentException($"manifest of {subject} is not valid: {e.Message}", e);
        }

        return manifest is not { Config.Size: >= 0, Layers: not null } || manifest.Layers.Any(l => l is null || l.Size < 0)
            ? throw new InvalidArgumentException($"manifest of {subject} is not valid: no config or no layers")
            : manifest;
    }

    public static ImageIndex ParseIndex(byte[] content, string subject)
    {
        try
        {
            return JsonSerializer.Deserialize(content, ImageJson.Default.ImageIndex) is { Manifests: not null } index && index.Manifests.All(m => m is { Size: >= 0 })
                ? index
                : throw new InvalidArgumentException($"index of {subject} is not valid: it lists no manifests");
        }
        catch (JsonException e)
        {
            throw new InvalidArgumentException($"index of {subject} is not valid: {e.Message}", e);
        }
    }

    /// <summary>The document's own word counts, because it is what was hashed; the header only where the document says nothing.</summary>
    public static string TypeOf(RegistryDocument document, string subject)
    {
        try
        {
            using var json = JsonDocument.Parse(document.Content);
            var root = json.RootElement;
            if (root.ValueKind == JsonValueKind.Object)
            {
                if (root.TryGetProperty("schemaVersion", out var version) && version.ValueKind == JsonValueKind.Number && version.GetInt32() == 1)
                {
                    throw new UnsupportedException($"{subject} has a manifest of schema 1, which is no longer supported: push the image again with a newer tool");
                }

                var type = root.TryGetProperty("mediaType", out var own) && own.ValueKind == JsonValueKind.String ? own.GetString()
                    : root.TryGetProperty("manifests", out _) ? MediaTypes.OciIndex
                    : root.TryGetProperty("config", out _) ? MediaTypes.OciManifest
                    : document.MediaType;
                // A document that is both could be read in two ways (CVE-2021-41190).
                var both = root.TryGetProperty("manifests", out _) && root.TryGetProperty("layers", out _);
                if (!both && (MediaTypes.IsIndex(type) || MediaTypes.IsManifest(type)))
                {
                    return type!;
                }

                throw new UnsupportedException($"{subject} is no image: its manifest is of type {type ?? "unknown"}");
            }
        }
        catch (JsonException e)
        {
            throw new InvalidArgumentException($"manifest of {subject} is not valid: what came is {document.MediaType ?? "something"} that is no JSON", e);
        }

        throw new InvalidArgumentException($"manifest of {subject} is not valid: it is no JSON object");
    }

    private static Descriptor Choose(ImageIndex index, Platform platform, string subject)
    {
        var manifests = index.Manifests.Where(m => !Attestation.Is(m) && (MediaTypes.IsManifest(m.MediaType) || MediaTypes.IsIndex(m.MediaType))).ToList();
        var best = manifests
            .Select(m => (Manifest: m, Rank: m.Platform is null ? int.MaxValue : platform.Rank(m.Platform)))
            .Where(m => m.Rank is not null)
            .OrderBy(m => m.Rank)
            .FirstOrDefault();
        if (best.Manifest is not null)
        {
            return best.Manifest;
        }

        var there = manifests.Where(m => m.Platform is { Os: not "unknown" }).Select(m => m.Platform!.Normalise().ToString()).Distinct();
        throw new NotFoundException($"no matching manifest for {platform} in the manifest list entries of {subject}: there is {string.Join(", ", there)}");
    }
}
