using System.Net;
using System.Net.Sockets;
using Gantry.Spec;
using Gantry.Spec.Distribution;

namespace Gantry.Images.Registry;

/// <summary>One repository of one registry, with the credentials for it .</summary>
internal sealed partial class RegistrySession(HttpClient http, RegistryOptions options, Uri address, bool insecure, ImageReference reference, RegistryAuth? auth, RegistryAccess access = RegistryAccess.Pull)
{
    private const int Redirects = 10;
    private const int ErrorLimit = 64 * 1024;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private readonly RegistryAuthenticator authenticator = new(http, auth, reference.Path, access, insecure);
    private Uri address = address;
    private bool answered;

    public ImageReference Reference { get; } = reference;

    public RegistryOptions Options { get; } = options;

    /// <summary>The same registry and credentials, to read another repository.</summary>
    public RegistrySession Beside(ImageReference other) => new(http, Options, address, insecure, other, auth);

    public RegistryUnavailableException NoAnswer(Exception cause) => new($"registry {address.Authority} does not answer for {Reference.Familiar}: {Reason(cause)}", cause);

    /// <summary>True for a failure that may be gone in a moment.</summary>
    public static bool IsTemporary(Exception failure, CancellationToken cancellationToken) => failure switch
    {
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError or HttpRequestError.NameResolutionError } => false,
        HttpRequestException or HttpIOException or SocketException or TimeoutException => true,
        IOException { InnerException: SocketException } => true,
        _ => false,
    };

    public Task PauseAsync(int attempt, TimeSpan? asked, CancellationToken cancellationToken)
    {
        var pause = asked ?? Options.Backoff * Math.Pow(2, attempt - 1);
        return Task.Delay(pause < LongestPause ? pause : LongestPause, cancellationToken);
    }

    /// <summary>Nobody listens: at the first word to a registry that is an answer, later a restart to wait for.</summary>
    private static bool IsRefused(Exception failure) =>
        failure is HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } };

    private static string Reason(Exception cause) => cause switch
    {
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.TryAgain } } => "its name cannot be resolved now: is this machine online?",
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData } } => "there is no host of that name",
        HttpRequestException { InnerException: SocketException inner } => inner.Message.ToLowerInvariant(),
        HttpRequestException { InnerException: { } inner } => inner.Message,
        OperationCanceledException or TimeoutException => "timed out",
        _ => cause.Message,
    };

    private async Task<byte[]> ReadAsync(HttpResponseMessage response, int limit, string subject, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Options.IdleTimeout);
        try
        {
            return await BoundedBody.ReadAsync(response, limit, subject, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (IsTemporary(e, cancellationToken))
        {
            throw NoAnswer(e);
        }
    }

    /// <summary>A successful answer, after as many tries, redirects and token requests as it takes.</summary>
    /// <param name="path">Beneath the repository, or whole where it begins with a slash or a scheme.</param>
    /// <param name="prepare">Gives each try of the request its headers and its body.</param>
    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string subject, Action<HttpRequestMessage>? prepare, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            HttpResponseMessage response;
            try
            {
                response = await FollowAsync(method, path, prepare, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                if (attempt >= Options.Attempts || !IsTemporary(e, cancellationToken) || (!answered && IsRefused(e)))
                {
                    throw NoAnswer(e);
                }

                await PauseAsync(attempt, null, cancellationToken).ConfigureAwait(false);
                continue;
            }

            answered = true;
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                if (response.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError && attempt < Options.Attempts)
                {
                    await PauseAsync(attempt, response.Headers.RetryAfter?.Delta, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                var body = await ReadAsync(response, ErrorLimit, $"answer of registry {address.Authority}", cancellationToken).ConfigureAwait(false);
                throw RegistryFailure.For(response, body, Reference, access, subject);
            }
        }
    }

    private Uri Target(string path) => new(address, path.StartsWith('/') || path.Contains("://", StringComparison.Ordinal) ? path : $"v2/{Reference.Path}/{path}");

    private async Task<HttpResponseMessage> FollowAsync(HttpMethod method, string path, Action<HttpRequestMessage>? prepare, CancellationToken cancellationToken)
    {
        var asked = false;
        var target = Target(path);
        for (var redirects = 0; ;)
        {
            using var request = new HttpRequestMessage(method, target);
            prepare?.Invoke(request);
            var own = target.Scheme == address.Scheme && target.Authority == address.Authority;
            // Credentials are for the registry alone, not for where it sends us.
            request.Headers.Authorization = own ? authenticator.Header : null;
            var response = await SendOnceAsync(request, cancellationToken).ConfigureAwait(false);
            switch (response.StatusCode)
            {
                case HttpStatusCode.Unauthorized when own && !asked:
                    asked = true;
                    if (!await authenticator.AnswerAsync(response, cancellationToken).ConfigureAwait(false))
                    {
                        return response;
                    }

                    response.Dispose();
                    continue;
                case HttpStatusCode.BadRequest when own && insecure && target.Scheme == Uri.UriSchemeHttp && !asked && redirects == 0 && await SpeaksTlsAsync(response, cancellationToken).ConfigureAwait(false):
                    response.Dispose();
                    address = new UriBuilder(address) { Scheme = Uri.UriSchemeHttps, Port = address.IsDefaultPort ? -1 : address.Port }.Uri;
                    target = Target(path);
                    continue;
                case HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
                    when response.Headers.Location is { } location:
                    response.Dispose();
                    target = new Uri(target, location);
                    if (++redirects > Redirects || target.Scheme is not ("http" or "https") || (target.Scheme == "http" && !insecure))
                    {
                        throw new RegistryUnavailableException($"registry {address.Authority} redirects {Reference.Familiar} to where it cannot be followed: {target.Scheme}://{target.Authority}");
                    }

                    continue;
                default:
                    return response;
            }
        }
    }

    /// <summary>What Go's and nginx's servers say to plain HTTP on a port of TLS.</summary>
    private static async Task<bool> SpeaksTlsAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await BoundedBody.ReadAsync(response, ErrorLimit, "answer", cancellationToken).ConfigureAwait(false);
        return body.AsSpan().IndexOf("HTTPS"u8) >= 0;
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Options.IdleTimeout);
        if (request.Content is BlobContent body)
        {
            body.Moving = () => timeout.CancelAfter(Options.IdleTimeout);
        }

        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token).ConfigureAwait(false);
    }
}
