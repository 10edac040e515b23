using System.Text;
using Gantry.Spec;
using Gantry.Spec.Image;
using static Gantry.SystemTests.Images.RegistryClientTests;

namespace Gantry.SystemTests.Images;

/// <summary>An index at a registry: an image for this machine, one for riscv64, one for s390x, and an attestation for the first.</summary>
internal sealed record MultiImage(ImageReference Name, Descriptor Index, IReadOnlyList<Descriptor> Parts)
{
    public static async Task<MultiImage> PutAsync(LocalRegistry registry, string repository, string tag, string content = "content")
    {
        List<Descriptor> parts = [];
        List<string> entries = [];
        foreach (var architecture in (string[])[Platform.Current.Architecture, "riscv64", "s390x"])
        {
            var part = await registry.PutImageAsync(repository, architecture, architecture, Layer($"{content} for {architecture}", Gzip), Layer("shared", Gzip));
            parts.Add(part);
            entries.Add($$$"""{"mediaType":"{{{part.MediaType}}}","digest":"{{{part.Digest}}}","size":{{{part.Size}}},"platform":{"os":"linux","architecture":"{{{architecture}}}"}}""");
        }

        var statement = Encoding.UTF8.GetBytes($"{{\"predicate\":\"{content}\"}}");
        var config = Encoding.UTF8.GetBytes("""{"architecture":"unknown","os":"unknown","config":{},"rootfs":{"type":"layers","diff_ids":[]} }""");
        var attestation = await registry.PutManifestAsync(repository, "attestation", MediaTypes.OciManifest, $$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{"mediaType":"{{MediaTypes.OciConfig}}","size":{{config.Length}},"digest":"{{await registry.PutBlobAsync(repository, config)}}"},
             "layers":[{"mediaType":"application/vnd.in-toto+json","size":{{statement.Length}},"digest":"{{await registry.PutBlobAsync(repository, statement)}}","annotations":{"in-toto.io/predicate-type":"https://slsa.dev/provenance/v0.2"} }]}
            """);
        parts.Add(attestation);
        entries.Add($$$"""
            {"mediaType":"{{{attestation.MediaType}}}","digest":"{{{attestation.Digest}}}","size":{{{attestation.Size}}},"platform":{"os":"unknown","architecture":"unknown"},
             "annotations":{"vnd.docker.reference.type":"attestation-manifest","vnd.docker.reference.digest":"{{{parts[0].Digest}}}"} }
            """);
        var index = await registry.PutManifestAsync(repository, tag, MediaTypes.OciIndex, $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[{{string.Join(',', entries)}}]}""");
        return new(registry.Name($"{repository}:{tag}"), index, parts);
    }
}
