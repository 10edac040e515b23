using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Web;

namespace Gantry.SystemTests.Images;

/// <summary>A token server as the distribution specification describes it (auth-token.md, auth-jwt.md): user joe, password secret.</summary>
internal sealed class TokenServer : IDisposable
{
    // The registry grants a minute of grace to a token that has expired.
    private const int Leeway = 60;
    /// <summary>What joe gets for the password at a login, to come back with.</summary>
    public const string IdentityToken = "joe-for-ever";
    private readonly HttpListener _listener;
    private readonly RSA _key = RSA.Create(2048);
    private readonly X509Certificate2 _certificate;
    private readonly string _realm;

    public TokenServer()
    {
        var request = new CertificateRequest("CN=token server", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        CertificatePath = Path.GetTempFileName();
        File.WriteAllText(CertificatePath, _certificate.ExportCertificatePem());
        (_listener, var host) = LoopbackHttp.Listen();
        _realm = $"http://{host}/token";
        _ = ServeAsync();
    }

    public string CertificatePath { get; }

    /// <summary>The registry's side of it.</summary>
    public string Configuration => $"auth: {{ token: {{ realm: \"{_realm}\", service: registry, issuer: test, rootcertbundle: {CertificatePath} }} }}";

    /// <summary>How long a token is good, for the first, second, … request; the last goes on.</summary>
    public IReadOnlyList<int> Lifetimes { get; set; } = [300];

    /// <summary>What each request asked for: the account and the scopes.</summary>
    public ConcurrentQueue<(string Account, string Scopes)> Requests { get; } = [];

    /// <summary>Whether a client without credentials may pull.</summary>
    public bool Anonymous { get; init; }

    public void Dispose()
    {
        _listener.Close();
        _certificate.Dispose();
        _key.Dispose();
        File.Delete(CertificatePath);
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            Answer(context);
        }
    }

    private void Answer(HttpListenerContext context)
    {
        var form = context.Request.HttpMethod == "POST" ? HttpUtility.ParseQueryString(new StreamReader(context.Request.InputStream).ReadToEnd()) : null;
        var scopes = form?["scope"] is { } asked ? asked.Split(' ', StringSplitOptions.RemoveEmptyEntries) : context.Request.QueryString.GetValues("scope") ?? [];
        var given = form?["refresh_token"] ?? (context.Request.Headers["Authorization"] is { } header ? Encoding.UTF8.GetString(Convert.FromBase64String(header["Basic ".Length..])) : "");
        var known = given is "joe:secret" or IdentityToken;
        Requests.Enqueue((known ? "joe" : given, string.Join(' ', scopes)));
        byte[] body;
        if (known || (given.Length == 0 && Anonymous))
        {
            var lifetime = Lifetimes[Math.Min(Requests.Count, Lifetimes.Count) - 1];
            var identity = context.Request.QueryString["offline_token"] == "true" ? $"\"refresh_token\":\"{IdentityToken}\"," : "";
            body = Encoding.UTF8.GetBytes($$"""{"token":"{{Sign(known ? scopes : [.. scopes.Select(s => s.Replace("pull,push", "pull", StringComparison.Ordinal).Replace("push,pull", "pull", StringComparison.Ordinal))], lifetime)}}",{{identity}}"expires_in":{{lifetime}}}""");
        }
        else
        {
            context.Response.StatusCode = 401;
            body = """{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}"""u8.ToArray();
        }

        context.Response.ContentType = "application/json";
        context.Response.Close(body, willBlock: true);
    }

    private string Sign(string[] scopes, int lifetime)
    {
        var expires = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + lifetime - Leeway;
        var access = scopes.Select(s => s.Split(':')).Select(s => $$"""{"type":"{{s[0]}}","name":"{{s[1]}}","actions":[{{string.Join(',', s[2].Split(',').Select(a => $"\"{a}\""))}}]}""");
        var head = $$"""{"typ":"JWT","alg":"RS256","x5c":["{{Convert.ToBase64String(_certificate.RawData)}}"]}""";
        var claims = string.Create(CultureInfo.InvariantCulture, $$"""{"iss":"test","sub":"joe","aud":"registry","exp":{{expires}},"nbf":{{expires - 600}},"iat":{{expires - 600}},"jti":"{{Guid.NewGuid()}}","access":[{{string.Join(',', access)}}]}""");
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(head))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        return $"{signed}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }
}
