using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gantry.Spec;
using Gantry.Spec.Distribution;

namespace Gantry.Images.Registry;

/// <summary>Turns challenges into an Authorization header (distribution specification: auth-token.md, auth-oauth.md).</summary>
internal sealed class RegistryAuthenticator(HttpClient http, RegistryAuth? auth, string repository, RegistryAccess access, bool insecure)
{
    private const int TokenLimit = 1024 * 1024;

    /// <summary>What to send to the registry; null until it asked for something.</summary>
    public AuthenticationHeaderValue? Header { get; private set; } =
        auth?.RegistryToken is { Length: > 0 } token ? new AuthenticationHeaderValue("Bearer", token) : null;

    /// <summary>What a token server gives for a password at a login, to be kept instead of it.</summary>
    public string? IdentityToken { get; private set; }

    /// <summary>Answers a challenge. False where there is nothing more to try.</summary>
    public async Task<bool> AnswerAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        foreach (var header in response.Headers.WwwAuthenticate)
        {
            var challenge = AuthChallenge.Parse(header.Scheme, header.Parameter);
            if (challenge.IsBearer)
            {
                Header = new AuthenticationHeaderValue("Bearer", await FetchTokenAsync(challenge, cancellationToken).ConfigureAwait(false));
                return true;
            }

            if (challenge.IsBasic && Basic() is { } basic && Header?.Parameter != basic.Parameter)
            {
                Header = basic;
                return true;
            }
        }

        return false;
    }

    private AuthenticationHeaderValue? Basic() => string.IsNullOrEmpty(auth?.Username)
        ? null
        : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{auth.Username}:{auth.Password}")));

    private async Task<string> FetchTokenAsync(AuthChallenge challenge, CancellationToken cancellationToken)
    {
        if (!challenge.Parameters.TryGetValue("realm", out var realm) || !Uri.TryCreate(realm, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttps && !(insecure && uri.Scheme == Uri.UriSchemeHttp)))
        {
            throw new UnauthorizedException($"registry names no token server that can be trusted: realm \"{realm}\"");
        }

        var service = challenge.Parameters.GetValueOrDefault("service");
        var scope = challenge.Parameters.GetValueOrDefault("scope") is { Length: > 0 } asked ? asked : access switch
        {
            RegistryAccess.Push => $"repository:{repository}:pull,push",
            RegistryAccess.Pull => $"repository:{repository}:pull",
            _ => "",
        };
        using var request = string.IsNullOrEmpty(auth?.IdentityToken) ? TokenRequest(uri, service, scope) : RefreshRequest(uri, service, scope, auth.IdentityToken);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        var body = await BoundedBody.ReadAsync(response, TokenLimit, "token", cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw new UnauthorizedException($"token server {uri.Authority} refused {auth?.ToString() ?? "anonymous"}: {RegistryFailure.Describe(response, body)}");
        }

        try
        {
            var answer = JsonSerializer.Deserialize(body, DistributionJson.Default.TokenResponse);
            IdentityToken = answer?.RefreshToken;
            return answer?.Token ?? answer?.AccessToken ?? throw new UnauthorizedException($"token server {uri.Authority} answered without a token");
        }
        catch (JsonException e)
        {
            throw new UnauthorizedException($"token server {uri.Authority} answered with something that is no token", e);
        }
    }

    private HttpRequestMessage TokenRequest(Uri realm, string? service, string scope)
    {
        var query = new StringBuilder(realm.Query.TrimStart('?'));
        Append("service", service);
        foreach (var one in scope.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Append("scope", one);
        }

        Append("account", auth?.Username);
        if (access == RegistryAccess.Login)
        {
            Append("client_id", "gantry");
            Append("offline_token", "true");
        }

        var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(realm) { Query = query.ToString() }.Uri);
        request.Headers.Authorization = Basic();
        return request;

        void Append(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                query.Append(query.Length > 0 ? "&" : "").Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }
    }

    private static HttpRequestMessage RefreshRequest(Uri realm, string? service, string scope, string refreshToken) => new(HttpMethod.Post, realm)
    {
        Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["service"] = service ?? "",
            ["client_id"] = "gantry",
            ["scope"] = scope,
            ["refresh_token"] = refreshToken,
        }),
    };
}
