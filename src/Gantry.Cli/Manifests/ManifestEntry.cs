using System.Text;
using System.Text.Json;
using Gantry.Spec.Templates;
using Gantry.Client;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Cli.Manifests;

/// <summary>A manifest of one image, as Docker's command line keeps it in local lists and shows it.</summary>
/// <param name="Raw">Its bytes, which have the descriptor's digest.</param>
internal sealed record ManifestEntry(ImageReference Reference, Descriptor Descriptor, byte[] Raw)
{
    public Platform? Platform => Descriptor.Platform;

    /// <exception cref="InvalidDataException">The text is not an entry, or its bytes are not those it names.</exception>
    public static ManifestEntry Parse(byte[] json, string path)
    {
        try
        {
            var root = JsonDocument.Parse(json).RootElement;
            var descriptor = root.At("Descriptor").Deserialize(ImageJson.Default.Descriptor);
            if (descriptor is not null && root.At("Raw").TryGetBytesFromBase64(out var raw) && Digest.Sha256(raw) == descriptor.Digest)
            {
                return new ManifestEntry(ImageReference.Parse(root.Text("Ref")), descriptor, raw);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or GantryException)
        {
            throw new InvalidDataException($"{path} is no manifest of a local list: {e.Message}", e);
        }

        throw new InvalidDataException($"{path} is no manifest of a local list: it does not hold the bytes it names");
    }

    public JsonElement ToJson()
    {
        var descriptor = new JsonBody { ["mediaType"] = Descriptor.MediaType, ["digest"] = Descriptor.Digest.ToString(), ["size"] = Descriptor.Size };
        if (Platform is { } platform) descriptor["platform"] = PlatformBody(platform);
        var body = new JsonBody
        {
            ["Ref"] = Reference.ToString(),
            ["Descriptor"] = descriptor,
            ["Raw"] = Convert.ToBase64String(Raw),
            [Descriptor.MediaType == MediaTypes.OciManifest ? "OCIManifest" : "SchemaV2Manifest"] = JsonDocument.Parse(Raw).RootElement,
        };
        return JsonDocument.Parse(body.ToUtf8()).RootElement;
    }

    /// <summary>The list of some manifests, byte for byte as Docker's command line writes it.</summary>
    public static byte[] ToList(IEnumerable<Descriptor> manifests)
    {
        var all = manifests.ToList();
        var list = new JsonBody
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ListType(all),
            ["manifests"] = all.Select(m => new JsonBody
            {
                ["mediaType"] = m.MediaType,
                ["size"] = m.Size,
                ["digest"] = m.Digest.ToString(),
                ["platform"] = PlatformBody(m.Platform ?? new Platform { Architecture = "", Os = "" }),
            }).ToList(),
        };
        return Encoding.UTF8.GetBytes(Indented(JsonDocument.Parse(list.ToUtf8()).RootElement, "   "));
    }

    /// <summary>The first manifest decides, as with Docker.</summary>
    public static string ListType(IReadOnlyList<Descriptor> manifests) => manifests is [{ MediaType: MediaTypes.OciManifest }, ..] ? MediaTypes.OciIndex : MediaTypes.DockerManifestList;

    public static string Indented(JsonElement element, string indent = "\t")
    {
        var text = new StringBuilder();
        JsonText.AppendIndented(text, element, indent, 0);
        return text.ToString();
    }

    public static JsonBody PlatformBody(Platform platform)
    {
        var body = new JsonBody { ["architecture"] = platform.Architecture, ["os"] = platform.Os };
        body.SetIfGiven("os.version", platform.OsVersion);
        if (platform.OsFeatures is { Count: > 0 } features) body["os.features"] = features;
        body.SetIfGiven("variant", platform.Variant);
        return body;
    }
}
