using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Gantry.Spec;
using Gantry.Spec.Image;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Images;

/// <summary>Debian's docker-registry on a free port of loopback, for stores in the test's own process.</summary>
internal sealed class LocalRegistry : IAsyncDisposable
{
    // bcrypt of "secret".
    private const string Password = "joe:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n";
    private readonly string _home;
    private readonly HttpClient _http = new();
    private Process? _process;

    private LocalRegistry(string home, int port) => (_home, Host) = (home, $"127.0.0.1:{port}");

    public string Host { get; }

    /// <summary>Its files: a blob is <c>docker/registry/v2/blobs/sha256/ab/ab…/data</c>.</summary>
    public string Storage => Path.Combine(_home, "storage");

    /// <param name="auth">The member <c>auth</c> of its configuration; <see cref="Basic"/> makes one.</param>
    public static async Task<LocalRegistry> StartAsync(string auth = "", string more = "")
    {
        Root.Require("docker-registry", "skopeo");
        var port = FreePort();
        var home = Path.Combine(Path.GetTempPath(), $"gantry-registry-{Environment.ProcessId}-{port}");
        var registry = new LocalRegistry(home, port);
        Directory.CreateDirectory(registry.Storage);
        await File.WriteAllTextAsync(Path.Combine(home, "htpasswd"), Password);
        var configuration = Path.Combine(home, "registry.yml");
        await File.WriteAllTextAsync(configuration, $$"""
            version: 0.1
            log: { level: error, accesslog: { disabled: true } }
            storage: { filesystem: { rootdirectory: {{registry.Storage}} }, delete: { enabled: true } }
            http: { addr: "{{registry.Host}}"{{more}} }
            {{auth.Replace("HOME", home, StringComparison.Ordinal)}}
            """);
        registry._process = Command.Start(Programs.Find("docker-registry")!, ["serve", configuration], null, redirectInput: false);
        var errors = registry._process.StandardError.ReadToEndAsync();
        _ = registry._process.StandardOutput.ReadToEndAsync();
        for (var clock = Stopwatch.StartNew(); !await AnswersAsync(port); await Task.Delay(20))
        {
            if (registry._process.HasExited || clock.Elapsed > TimeSpan.FromSeconds(20)) throw new CommandException($"the registry does not answer: {await errors}");
        }

        return registry;
    }

    /// <summary>User joe, password secret.</summary>
    public static string Basic => "auth: { htpasswd: { realm: test, path: HOME/htpasswd } }";

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public ImageReference Name(string repository) => ImageReference.Parse($"{Host}/{repository}");

    /// <summary>Copies an image of the cache there with skopeo.</summary>
    public async Task FillAsync(string archive, string name, params string[] options)
    {
        (await Command.RunAsync("skopeo", ["--insecure-policy", "copy", "--dest-tls-verify=false", "--quiet", .. options,
            "oci-archive:" + Path.Combine(Programs.Cache, archive), $"docker://{Host}/{name}"])).Succeeds();
    }

    /// <summary>Puts an image there that is made here.</summary>
    /// <param name="layers">Blobs, their media types, and the digests of what is in them.</param>
    public async Task<Descriptor> PutImageAsync(string repository, string tag, string architecture, params IReadOnlyList<(byte[] Blob, string MediaType, Digest DiffId)> layers)
    {
        var config = Encoding.UTF8.GetBytes($$"""{"architecture":"{{architecture}}","os":"linux","rootfs":{"type":"layers","diff_ids":[{{string.Join(',', layers.Select(l => $"\"{l.DiffId}\""))}}]} }""");
        List<string> descriptors = [];
        foreach (var layer in layers)
        {
            descriptors.Add($$"""{"mediaType":"{{layer.MediaType}}","size":{{layer.Blob.Length}},"digest":"{{await PutBlobAsync(repository, layer.Blob)}}"}""");
        }

        return await PutManifestAsync(repository, tag, MediaTypes.OciManifest, $$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{"mediaType":"{{MediaTypes.OciConfig}}","size":{{config.Length}},"digest":"{{await PutBlobAsync(repository, config)}}"},"layers":[{{string.Join(',', descriptors)}}]}
            """);
    }

    public async Task<Digest> PutBlobAsync(string repository, byte[] content)
    {
        var digest = Digest.Sha256(content);
        using var begun = (await _http.PostAsync(new Uri($"http://{Host}/v2/{repository}/blobs/uploads/"), null)).EnsureSuccessStatusCode();
        var target = new UriBuilder(begun.Headers.Location!);
        target.Query += (target.Query.Length > 0 ? "&" : "") + "digest=" + digest;
        using var body = new ByteArrayContent(content);
        using var done = (await _http.PutAsync(target.Uri, body)).EnsureSuccessStatusCode();
        return digest;
    }

    public async Task<Descriptor> PutManifestAsync(string repository, string reference, string mediaType, string manifest)
    {
        var bytes = Encoding.UTF8.GetBytes(manifest);
        using var body = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };
        using var done = (await _http.PutAsync(new Uri($"http://{Host}/v2/{repository}/manifests/{reference}"), body)).EnsureSuccessStatusCode();
        return new Descriptor { MediaType = mediaType, Digest = Digest.Sha256(bytes), Size = bytes.Length };
    }

    /// <summary>What the registry has under a name, as it gives it out; null when it has none.</summary>
    public async Task<(byte[] Content, string MediaType)?> GetManifestAsync(string repository, string reference)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{Host}/v2/{repository}/manifests/{reference}");
        foreach (var type in (string[])[MediaTypes.OciIndex, MediaTypes.OciManifest, MediaTypes.DockerManifestList, MediaTypes.DockerManifest]) request.Headers.Accept.ParseAdd(type);
        using var response = await _http.SendAsync(request);
        return response.IsSuccessStatusCode ? (await response.Content.ReadAsByteArrayAsync(), response.Content.Headers.ContentType!.MediaType!) : null;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    private static async Task<bool> AnswersAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
