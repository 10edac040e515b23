using System.Diagnostics;
using System.Net.Http.Headers;
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
    private static int s_count;
    private readonly string _home;
    private readonly HttpClient _http = new();
    private readonly Process _process;

    private LocalRegistry(string home, Process process, string host) => (_home, _process, Host) = (home, process, host);

    public string Host { get; }

    /// <summary>Its files: a blob is <c>docker/registry/v2/blobs/sha256/ab/ab…/data</c>.</summary>
    public string Storage => Path.Combine(_home, "storage");

    /// <param name="auth">The member <c>auth</c> of its configuration; <see cref="Basic"/> makes one.</param>
    public static async Task<LocalRegistry> StartAsync(string auth = "", string more = "")
    {
        Root.Require("docker-registry", "skopeo");
        var home = Path.Combine(Path.GetTempPath(), $"gantry-registry-{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}");
        Directory.CreateDirectory(Path.Combine(home, "storage"));
        await File.WriteAllTextAsync(Path.Combine(home, "htpasswd"), Password);
        var configuration = Path.Combine(home, "registry.yml");
        await File.WriteAllTextAsync(configuration, $$"""
            version: 0.1
            log: { level: info, accesslog: { disabled: true } }
            storage: { filesystem: { rootdirectory: {{home}}/storage }, delete: { enabled: true } }
            http: { addr: "127.0.0.1:0"{{more}} }
            {{auth.Replace("HOME", home, StringComparison.Ordinal)}}
            """);
        var process = Command.Start(Programs.Find("docker-registry")!, ["serve", configuration], null, redirectInput: false);
        _ = process.StandardOutput.ReadToEndAsync();
        var host = await ListeningAddressAsync(process.StandardError).WaitAsync(TimeSpan.FromSeconds(20));
        _ = process.StandardError.ReadToEndAsync();
        return new LocalRegistry(home, process, host);
    }

    /// <summary>User joe, password secret.</summary>
    public static string Basic => "auth: { htpasswd: { realm: test, path: HOME/htpasswd } }";

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
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    private static async Task<string> ListeningAddressAsync(StreamReader log)
    {
        const string words = "listening on ";
        StringBuilder seen = new();
        while (await log.ReadLineAsync() is { } line)
        {
            seen.AppendLine(line);
            var at = line.IndexOf(words, StringComparison.Ordinal);
            if (at >= 0) return line[(at + words.Length)..].Split('"', ',')[0];
        }

        throw new CommandException($"the registry does not answer: {seen}");
    }
}
