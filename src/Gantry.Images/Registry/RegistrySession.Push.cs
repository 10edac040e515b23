using System.Net;
using System.Net.Http.Headers;
using Gantry.Spec;

namespace Gantry.Images.Registry;

/// <summary>OCI distribution specification, "Push".</summary>
internal sealed partial class RegistrySession
{
    public Task<bool> HasBlobAsync(Digest digest, CancellationToken cancellationToken) => ExistsAsync($"blobs/{digest}", "layer", null, cancellationToken);

    public Task<bool> HasManifestAsync(Digest digest, CancellationToken cancellationToken) => ExistsAsync($"manifests/{digest}", "manifest", AcceptManifests, cancellationToken);

    /// <summary>Begins an upload. Where the registry can take the blob from another repository of its own, there is nothing to upload.</summary>
    /// <param name="from">That repository, if one is known.</param>
    /// <returns>Where to send the blob; null when it was mounted.</returns>
    public async Task<string?> BeginUploadAsync(Digest digest, string? from, CancellationToken cancellationToken)
    {
        var mount = from is null ? "" : $"?mount={digest}&from={Uri.EscapeDataString(from)}";
        using var response = await SendAsync(HttpMethod.Post, $"blobs/uploads/{mount}", "layer", request => request.Content = new ByteArrayContent([]), cancellationToken).ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.Created ? null : LocationOf(response);
    }

    /// <summary>Sends a blob, or its last part, and ends the upload.</summary>
    public async Task FinishUploadAsync(string location, Digest digest, HttpContent content, CancellationToken cancellationToken)
    {
        using var response = await SendBodyAsync(HttpMethod.Put, $"{location}{(location.Contains('?', StringComparison.Ordinal) ? '&' : '?')}digest={digest}", "layer", request => request.Content = content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a part of a blob.</summary>
    /// <returns>Where to send the next.</returns>
    public async Task<string> SendPartAsync(string location, long offset, long length, HttpContent content, CancellationToken cancellationToken)
    {
        // Inclusive, and without the unit: not the form of RFC 9110 ("Pushing a blob in chunks").
        content.Headers.TryAddWithoutValidation("Content-Range", $"{offset}-{offset + length - 1}");
        using var response = await SendBodyAsync(HttpMethod.Patch, location, "layer", request => request.Content = content, cancellationToken).ConfigureAwait(false);
        return LocationOf(response);
    }

    /// <summary>How much of an upload has arrived, and where to go on; null where the registry has forgotten it.</summary>
    public async Task<(long Offset, string Location)?> FindUploadAsync(string location, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await SendAsync(HttpMethod.Get, location, "upload", null, cancellationToken).ConfigureAwait(false);
            // "0-0" stands for nothing as well as for one byte; the digest tells in the end.
            var last = response.Headers.TryGetValues("Range", out var ranges) && ranges.FirstOrDefault()?.Split('-') is [_, var end] && long.TryParse(end, out var value) ? value : 0;
            return (last > 0 ? last + 1 : 0, LocationOf(response));
        }
        catch (GantryException e) when (e is not RegistryUnavailableException)
        {
            return null;
        }
    }

    public async Task PutManifestAsync(string tagOrDigest, string mediaType, byte[] content, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Put, $"manifests/{tagOrDigest}", "manifest", request =>
        {
            request.Content = new ByteArrayContent(content);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        }, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> ExistsAsync(string path, string subject, Action<HttpRequestMessage>? prepare, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await SendAsync(HttpMethod.Head, path, subject, prepare, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (NotFoundException)
        {
            return false;
        }
    }

    /// <summary>A request whose body is too large to be sent again without a thought: redirects and tokens are seen to, tries are the caller's.</summary>
    private async Task<HttpResponseMessage> SendBodyAsync(HttpMethod method, string path, string subject, Action<HttpRequestMessage> prepare, CancellationToken cancellationToken)
    {
        var response = await FollowAsync(method, path, prepare, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var body = await ReadAsync(response, ErrorLimit, $"answer of registry {address.Authority}", cancellationToken).ConfigureAwait(false);
            throw new UploadRefusedException(response.StatusCode, response.Headers.RetryAfter?.Delta, RegistryFailure.For(response, body, Reference, access, subject));
        }
    }

    private string LocationOf(HttpResponseMessage response) => response.Headers.Location is { } location
        ? new Uri(response.RequestMessage!.RequestUri!, location).ToString()
        : throw new RegistryUnavailableException($"registry {address.Authority} does not say where to upload to for {Reference.FamiliarName}");
}

/// <summary>A part of a blob was not taken.</summary>
internal sealed class UploadRefusedException(HttpStatusCode status, TimeSpan? retryAfter, GantryException told) : Exception(told.Message, told)
{
    public HttpStatusCode Status { get; } = status;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    public GantryException Told { get; } = told;
}
