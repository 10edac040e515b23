using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Gantry.Spec;
using Gantry.Spec.Distribution;
using Gantry.Spec.Image;

namespace Gantry.Images.Registry;

/// <summary>OCI distribution specification, "Pull".</summary>
internal sealed partial class RegistrySession
{
    private const int MostTags = 100_000;

    /// <summary>A manifest or index by tag or digest; its digest is verified.</summary>
    public async Task<RegistryDocument> GetManifestAsync(string tagOrDigest, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, $"manifests/{tagOrDigest}", "manifest", AcceptManifests, cancellationToken).ConfigureAwait(false);
        var content = await ReadAsync(response, Options.ManifestLimit, $"manifest of {Reference.Familiar}", cancellationToken).ConfigureAwait(false);
        var digest = Digest.TryParse(tagOrDigest, out var wanted) ? Verify(content, wanted) : Digest.Sha256(content);
        return new RegistryDocument(content, digest, response.Content.Headers.ContentType?.MediaType);
    }

    /// <summary>Asks for nothing but whether the credentials are good (distribution specification, "Determining support").</summary>
    /// <returns>A token to keep instead of the password, from registries that give one.</returns>
    public async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, "/v2/", "API", null, cancellationToken).ConfigureAwait(false);
        return authenticator.IdentityToken;
    }

    /// <summary>All tags of the repository, page after page (distribution specification, "Listing tags").</summary>
    public async Task<IReadOnlyList<string>> ListTagsAsync(CancellationToken cancellationToken)
    {
        List<string> tags = [];
        for (var page = "tags/list"; page is not null;)
        {
            using var response = await SendAsync(HttpMethod.Get, page, "list of tags", null, cancellationToken).ConfigureAwait(false);
            var content = await ReadAsync(response, Options.ManifestLimit, $"list of tags of {Reference.FamiliarName}", cancellationToken).ConfigureAwait(false);
            try
            {
                tags.AddRange((JsonSerializer.Deserialize(content, DistributionJson.Default.TagList)?.Tags ?? []).Where(t => ImageReference.IsTag(t)));
            }
            catch (JsonException e)
            {
                throw new RegistryUnavailableException($"registry {address.Authority} answers with something that is no list of tags of {Reference.FamiliarName}", e);
            }

            page = response.Headers.TryGetValues("Link", out var links) && links.First() is { } link && link.IndexOf('>') is > 1 and var end && tags.Count < MostTags
                ? new Uri(response.RequestMessage!.RequestUri!, link[1..end]).ToString()
                : null;
        }

        return tags;
    }

    /// <summary>A small blob, verified.</summary>
    public Task<byte[]> GetConfigurationAsync(Descriptor descriptor, CancellationToken cancellationToken) => descriptor.Size > Options.ConfigurationLimit
        ? throw new InvalidArgumentException($"configuration of {Reference.Familiar} is larger than {Options.ConfigurationLimit} bytes")
        : GetSmallBlobAsync(descriptor.Digest, "configuration", cancellationToken);

    /// <summary>A blob of at most the size that a configuration may have, verified.</summary>
    /// <param name="what">It is, for messages.</param>
    public async Task<byte[]> GetSmallBlobAsync(Digest digest, string what, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, $"blobs/{digest}", what, null, cancellationToken).ConfigureAwait(false);
        var content = await ReadAsync(response, Options.ConfigurationLimit, $"{what} of {Reference.Familiar}", cancellationToken).ConfigureAwait(false);
        Verify(content, digest);
        return content;
    }

    /// <summary>A blob from an offset on; the result says where it really begins, because not every registry knows ranges.</summary>
    public async Task<(HttpResponseMessage Response, long Offset)> OpenBlobAsync(Digest digest, long offset, CancellationToken cancellationToken)
    {
        var response = await SendAsync(HttpMethod.Get, $"blobs/{digest}", "layer", request => request.Headers.Range = offset > 0 ? new RangeHeaderValue(offset, null) : null, cancellationToken).ConfigureAwait(false);
        return (response, response.StatusCode == HttpStatusCode.PartialContent ? response.Content.Headers.ContentRange?.From ?? offset : 0);
    }

    private static void AcceptManifests(HttpRequestMessage request)
    {
        foreach (var type in (string[])[MediaTypes.OciIndex, MediaTypes.OciManifest, MediaTypes.DockerManifestList, MediaTypes.DockerManifest])
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        }
    }

    private Digest Verify(byte[] content, Digest wanted)
    {
        var actual = wanted.HashLike(content);
        return actual == wanted
            ? wanted
            : throw new InternalException($"content of {Reference.Familiar} is corrupted: want digest {wanted}, what came has {actual}");
    }
}

/// <summary>A manifest or index as it came.</summary>
/// <param name="MediaType">What the registry says it is; the document itself may say otherwise.</param>
internal sealed record RegistryDocument(byte[] Content, Digest Digest, string? MediaType);
