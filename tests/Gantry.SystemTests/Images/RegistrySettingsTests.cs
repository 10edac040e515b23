using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gantry.Images.Registry;
using Gantry.Spec;
using static Gantry.SystemTests.Images.RegistryClientTests;

namespace Gantry.SystemTests.Images;

/// <summary>What a user can set about registries: mirrors, proxies, certificates.</summary>
public sealed class RegistrySettingsTests
{
    private static readonly RegistryOptions Impatient = new() { Attempts = 1, ConnectTimeout = TimeSpan.FromSeconds(2) };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mirror_stands_in_for_its_registry_and_no_other()
    {
        await using var registry = await LocalRegistry.StartAsync();
        await registry.PutImageAsync("library/app", "1", Platform.Current.Architecture, Layer("mirrored", Gzip));
        using var store = new LocalStore(registry: Impatient with { Mirrors = [new("docker.io", new Uri($"http://{registry.Host}/")), new("example.test", new Uri($"http://{registry.Host}/"))] });
        var image = await store.Images.PullAsync(ImageReference.Parse("app:1"), null, null, null, Cancel);
        Assert.Equal(["app:1"], image.RepoTags);
        image = await store.Images.PullAsync(ImageReference.Parse("example.test/library/app:1"), null, null, null, Cancel);
        Assert.Contains("example.test/library/app:1", image.RepoTags);
        // What the mirror lacks, the registry itself is asked for; what has no mirror goes there at once.
        var failure = await Assert.ThrowsAsync<RegistryUnavailableException>(() => store.Images.PullAsync(ImageReference.Parse("example.test/library/app:2"), null, null, null, Cancel));
        Assert.Contains("registry example.test does not answer", failure.Message, StringComparison.Ordinal);
        failure = await Assert.ThrowsAsync<RegistryUnavailableException>(() => store.Images.PullAsync(ImageReference.Parse("other.test/library/app:1"), null, null, null, Cancel));
        Assert.Contains("registry other.test does not answer", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_is_used_but_for_those_excepted()
    {
        await using var registry = await LocalRegistry.StartAsync();
        await registry.PutImageAsync("app", "1", Platform.Current.Architecture, Layer("x", Gzip));
        using var proxy = new RegistryRelay(IPAddress.Loopback, registry);
        var options = Impatient with { InsecureRegistries = ["registry.test"], Proxy = ProxySettings.None.With($"http://{proxy.Host}", null, null) };
        using var store = new LocalStore(registry: options);
        await store.Images.PullAsync(ImageReference.Parse("registry.test/app:1"), null, null, null, Cancel);
        Assert.True(proxy.Connections > 0);
        using var direct = new LocalStore(registry: options with { Proxy = options.Proxy.With(null, null, ".test") });
        await Assert.ThrowsAsync<RegistryUnavailableException>(() => direct.Images.PullAsync(ImageReference.Parse("registry.test/app:1"), null, null, null, Cancel));
    }

    [Theory]
    [InlineData("http://registry.test/", true)]
    [InlineData("https://registry.test/", false)]
    [InlineData("http://localhost:5000/", false)]
    [InlineData("http://127.1.2.3/", false)]
    [InlineData("http://10.1.2.3/", false)]
    [InlineData("http://11.1.2.3/", true)]
    [InlineData("http://a.corp.test/", false)]
    [InlineData("http://corp.test:5000/", false)]
    [InlineData("http://notcorp.test/", true)]
    [InlineData("http://port.test:8080/", false)]
    [InlineData("http://port.test:8081/", true)]
    public void Exceptions_are_read_as_by_others(string address, bool proxied)
    {
        var settings = ProxySettings.None.With("proxy:3128", null, "10.0.0.0/8, corp.test, port.test:8080");
        Assert.Equal(proxied ? new Uri("http://proxy:3128/") : null, settings.GetProxy(new Uri(address)));
    }

    [Fact]
    public async Task A_registry_s_own_authority_is_trusted_and_gets_our_certificate()
    {
        var address = NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => a.Address)
            .FirstOrDefault(a => a.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && !IPAddress.IsLoopback(a));
        if (address is null) Assert.Skip("needs an address that is not loopback");
        using var home = new Certificates(address);
        await using var registry = await LocalRegistry.StartAsync(more: $", tls: {{ certificate: {home.Path}/server.cert, key: {home.Path}/server.key, clientcas: [ {home.Path}/authority.crt ] }}");
        using var relay = new RegistryRelay(address, registry);
        var directory = home.Directory(relay.Host);
        var name = ImageReference.Parse($"{relay.Host}/app:1");
        async Task PullAsync(RegistryOptions options)
        {
            using var store = new LocalStore(registry: options);
            await store.Images.PullAsync(name, null, null, null, Cancel);
        }

        // Unknown authority; known authority and no certificate of ours; both.
        await Assert.ThrowsAsync<RegistryUnavailableException>(() => PullAsync(Impatient));
        File.Copy($"{home.Path}/authority.crt", $"{directory}/ca.crt");
        var options = Impatient with { CertificateDirectories = ["/nowhere", home.Path + "/certs.d"] };
        await Assert.ThrowsAsync<RegistryUnavailableException>(() => PullAsync(options));
        File.Copy($"{home.Path}/client.cert", $"{directory}/client.cert");
        var failure = await Assert.ThrowsAsync<InvalidArgumentException>(() => PullAsync(options));
        Assert.Contains("missing key", failure.Message, StringComparison.Ordinal);
        File.Copy($"{home.Path}/client.key", $"{directory}/client.key");
        await Assert.ThrowsAsync<NotFoundException>(() => PullAsync(options));
    }

    /// <summary>An authority, and certificates of it for a server and a client.</summary>
    private sealed class Certificates : IDisposable
    {
        public Certificates(IPAddress server)
        {
            using var key = RSA.Create(2048);
            var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            using var authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
            File.WriteAllText($"{Path}/authority.crt", authority.ExportCertificatePem());
            Write("server", authority, server, "1.3.6.1.5.5.7.3.1");
            Write("client", authority, null, "1.3.6.1.5.5.7.3.2");
        }

        public string Path { get; } = System.IO.Directory.CreateTempSubdirectory("gantry-certificates").FullName;

        public string Directory(string host) => System.IO.Directory.CreateDirectory($"{Path}/certs.d/{host}").FullName;

        public void Dispose() => System.IO.Directory.Delete(Path, recursive: true);

        private void Write(string name, X509Certificate2 authority, IPAddress? address, string usage)
        {
            using var key = RSA.Create(2048);
            var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
            if (address is not null)
            {
                var names = new SubjectAlternativeNameBuilder();
                names.AddIpAddress(address);
                request.CertificateExtensions.Add(names.Build());
            }

            using var certificate = request.Create(authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), [1, (byte)name.Length, (byte)name[0]]);
            File.WriteAllText($"{Path}/{name}.cert", certificate.ExportCertificatePem());
            File.WriteAllText($"{Path}/{name}.key", key.ExportPkcs8PrivateKeyPem());
        }
    }
}
