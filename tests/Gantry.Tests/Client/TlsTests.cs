using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gantry.Client;
using Gantry.Spec;

namespace Gantry.Tests.Client;

/// <summary>A daemon that wants certificates, and clients that have them or not.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly X509Certificate2 _authority = Make("authority", null);
    private readonly X509Certificate2 _server;
    private readonly X509Certificate2 _user;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public TlsTests()
    {
        (_server, _user) = (Make("server", _authority), Make("user", _authority));
        _listener.Start();
        _ = ServeAsync();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _authority.Dispose();
        _server.Dispose();
        _user.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_knows_the_other_is_answered(bool blocking)
    {
        using var client = Client(new TlsMaterial { Authority = Pem(_authority), Certificate = Pem(_user), Key = _user.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem() }, blocking);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal("OK", (await client.GetAsync("/a", TestContext.Current.CancellationToken)).GetProperty("it").GetString());
        }
    }

    [Fact]
    public async Task Who_skips_verifying_needs_no_authority()
    {
        using var client = Client(new TlsMaterial { SkipVerify = true, Certificate = Pem(_user), Key = _user.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem() });
        Assert.Equal("OK", (await client.GetAsync("/a", TestContext.Current.CancellationToken)).GetProperty("it").GetString());
    }

    [Fact]
    public async Task A_daemon_of_another_authority_is_not_spoken_to()
    {
        using var other = Make("other", null);
        Assert.Contains("is not from an authority that is trusted", await RefusalAsync(new TlsMaterial { Authority = Pem(other) }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_no_certificate_is_told() =>
        Assert.Contains("client certificate", await RefusalAsync(new TlsMaterial { Authority = Pem(_authority) }), StringComparison.Ordinal);

    [Fact]
    public async Task Texts_that_are_no_certificates_are_named()
    {
        using var client = Client(new TlsMaterial { Authority = "nothing" });
        var e = await Assert.ThrowsAsync<InvalidArgumentException>(async () => await client.GetAsync("/a", TestContext.Current.CancellationToken));
        Assert.Equal("the certificate authority (ca.pem) holds no certificate", e.Message);
    }

    private async Task<string> RefusalAsync(TlsMaterial material)
    {
        using var client = Client(material);
        return (await Assert.ThrowsAsync<UnavailableException>(async () => await client.GetAsync("/a", TestContext.Current.CancellationToken))).Message;
    }

    private GantryClient Client(TlsMaterial material, bool blocking = true) => new(new ClientOptions
    {
        Address = DaemonAddress.Parse($"tcp://{_listener.LocalEndpoint}"),
        Tls = material,
        Blocking = blocking,
        Version = ApiVersion.Newest,
    });

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync();
                _ = AnswerAsync(socket);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(Socket socket)
    {
        using var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificate = _server,
                ClientCertificateRequired = true,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == _user.Subject,
            });
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer) > 0)
            {
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"it\":\"OK\"}"u8.ToArray());
            }
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The client went, or was refused.
        }
    }

    private static string Pem(X509Certificate2 certificate) => certificate.ExportCertificatePem();

    private static X509Certificate2 Make(string name, X509Certificate2? issuer)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(issuer is null, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        if (issuer is null) return request.CreateSelfSigned(from, to);
        using var signed = request.Create(issuer, from.AddHours(1), to.AddHours(-1), Guid.NewGuid().ToByteArray());
        return signed.CopyWithPrivateKey(key);
    }
}
