using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Run;
using Gantry.Client;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Cli.Manifests;

/// <summary>What can be known of an image at a registry without pulling it: image inspect --registry.</summary>
internal static class RemoteInspection
{
    public static async ValueTask<JsonElement> InspectAsync(Invocation call, string text)
    {
        var name = ImageNames.Check(text).WithDefaultTag();
        var registry = new RemoteImages(call.Session, insecure: false);
        var found = await registry.FindAsync(name, configuration: true).ConfigureAwait(false) ?? throw new NotFoundException($"Error: No such image at its registry: {name.Familiar}");
        var wanted = call.Has("platform") ? Platform.Parse(call.Text("platform")) : null;
        var parts = new List<JsonBody>();
        var platforms = new List<JsonBody>();
        foreach (var (descriptor, manifest) in await PartsAsync(registry, name, found, wanted).ConfigureAwait(false))
        {
            parts.Add(Describe(descriptor, manifest));
            if (!Attestation.Is(descriptor) && descriptor.Platform is { } platform) platforms.Add(ManifestEntry.PlatformBody(platform));
        }

        if (wanted is not null && platforms.Count == 0) throw new NotFoundException($"Error: image {name.Familiar} at its registry is not for {wanted}");
        var body = new JsonBody { ["Name"] = name.Familiar, ["Descriptor"] = Body(found.Descriptor), ["Platforms"] = platforms, ["Manifests"] = parts };
        return JsonDocument.Parse(body.ToUtf8()).RootElement;
    }

    private static async ValueTask<List<(Descriptor Descriptor, RemoteManifest? Manifest)>> PartsAsync(RemoteImages registry, ImageReference name, RemoteManifest found, Platform? wanted)
    {
        var parts = new List<(Descriptor Descriptor, RemoteManifest? Manifest)>();
        if (!MediaTypes.IsIndex(found.Descriptor.MediaType))
        {
            var platform = found.ParseConfiguration()?.Platform;
            if (wanted is null || (platform is not null && wanted.Rank(platform) is not null)) parts.Add((found.Descriptor with { Platform = platform }, found));
            return parts;
        }

        foreach (var descriptor in found.ParseIndex().Manifests)
        {
            if (wanted is not null && (descriptor.Platform is null || wanted.Rank(descriptor.Platform) is null)) continue;
            var isImage = MediaTypes.IsManifest(descriptor.MediaType);
            parts.Add((descriptor, isImage ? await registry.FindAsync(name.NameOnly().WithDigest(descriptor.Digest), configuration: !Attestation.Is(descriptor)).ConfigureAwait(false) : null));
        }

        return parts;
    }

    private static JsonBody Describe(Descriptor descriptor, RemoteManifest? manifest)
    {
        var attestation = Attestation.Is(descriptor);
        var body = new JsonBody
        {
            ["Descriptor"] = Body(descriptor),
            ["Kind"] = attestation ? "attestation" : MediaTypes.IsManifest(descriptor.MediaType) ? "image" : "unknown",
        };
        if (Attestation.SubjectOf(descriptor) is { } subject) body["For"] = subject.ToString();
        if (manifest is null) return body;
        var parsed = manifest.ParseManifest();
        body["Size"] = parsed.Layers.Sum(l => l.Size) + parsed.Config.Size;
        body["Layers"] = parsed.Layers.Select(Body).ToList();
        if (manifest.Configuration is { } configuration) body["Config"] = JsonDocument.Parse(configuration).RootElement;
        return body;
    }

    private static JsonBody Body(Descriptor descriptor)
    {
        var body = new JsonBody { ["mediaType"] = descriptor.MediaType, ["digest"] = descriptor.Digest.ToString(), ["size"] = descriptor.Size };
        if (descriptor.Platform is { } platform) body["platform"] = ManifestEntry.PlatformBody(platform);
        if (descriptor.Annotations is { Count: > 0 } annotations)
        {
            var members = new JsonBody();
            foreach (var (key, value) in annotations) members[key] = value;
            body["annotations"] = members;
        }

        return body;
    }
}
