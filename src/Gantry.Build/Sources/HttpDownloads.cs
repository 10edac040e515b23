using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gantry.Build.Steps;
using Gantry.Images.Content;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Spec;

namespace Gantry.Build.Sources;

/// <summary>
/// Files of web servers for ADD, <c>build/downloads</c>: a directory for each address, with the body, which is kept while it
/// is the same at the server, and its ETag.
/// </summary>
public sealed class HttpDownloads : IDisposable
{
    internal const long MostBytes = 8L << 30;
    private const string Content = "content";
    private const string Tag = "etag";
    private readonly TimeProvider time;
    private readonly string root;
    private readonly Lazy<HttpClient> client = new(Connect);
    private readonly KeyedLocks<string> locks = new();

    public HttpDownloads(string buildRoot, TimeProvider time)
    {
        this.time = time;
        root = Path.Combine(buildRoot, "downloads");
        Directory.CreateDirectory(root);
        foreach (var file in Directory.EnumerateFiles(root))
        {
            // Of a version that kept no record of them.
            File.Delete(file);
        }

        foreach (var directory in Directory.EnumerateDirectories(root).Where(directory => SourceRecord.Read(directory, 0) is null))
        {
            TreePlace.Remove(directory);
        }
    }

    public void Dispose()
    {
        if (client.IsValueCreated)
        {
            client.Value.Dispose();
        }
    }

    /// <summary>The bytes that the server has now, in a file that is the caller's to close.</summary>
    public async Task<FileStream> OpenAsync(Uri url, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url.ToString())))[..25];
        using var held = await locks.AcquireAsync(id, cancellationToken).ConfigureAwait(false);
        var directory = Path.Combine(root, id);
        Directory.CreateDirectory(directory);
        await FetchAsync(url, directory, cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var record = SourceRecord.Read(directory, 0) ?? new(id, url.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.UserInfo, UriFormat.UriEscaped), 0, now, now, -1);
        (record with { Used = now, Uses = record.Uses + 1 }).Write(directory);
        return File.OpenRead(Path.Combine(directory, Content));
    }

    /// <summary>What is kept, the least recently used first.</summary>
    public IReadOnlyList<SourceRecord> List() =>
        [.. Directory.EnumerateDirectories(root).Select(directory => SourceRecord.Read(directory, DiskSpace.Of(directory))).OfType<SourceRecord>().OrderBy(record => record.Used)];

    /// <summary>Removes one, if no build fetches it now. Whoever reads it goes on.</summary>
    /// <returns>Bytes of disk freed.</returns>
    public long Remove(string id)
    {
        using var held = locks.TryAcquire(id);
        var directory = Path.Combine(root, id);
        if (held is null || !Directory.Exists(directory))
        {
            return 0;
        }

        var freed = DiskSpace.Of(directory);
        TreePlace.Remove(directory);
        return freed;
    }

    /// <summary>The file under its name in a tree of its own, with mode 0600 and the server's time, and the digest of its bytes.</summary>
    public async Task<(SourceTree Tree, Digest Content)> OpenAsync(HttpSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        await using var from = await OpenAsync(source.Url, cancellationToken).ConfigureAwait(false);
        var content = await DigestAsync(source, from, cancellationToken).ConfigureAwait(false);
        from.Position = 0;

        var mount = DetachedMount.Tmpfs("mode=755");
        try
        {
            using var root = mount.OpenRoot();
            var file = source.Paths[0];
            using (var handle = root.OpenFile(file, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, 0x180))
            {
                using var into = new FileStream(handle, FileAccess.Write, 0);
                await from.CopyToAsync(into, cancellationToken).ConfigureAwait(false);
            }

            var modified = (File.GetLastWriteTimeUtc(from.SafeFileHandle) - DateTime.UnixEpoch).Ticks * 100;
            root.SetTimes(file, modified, modified);
            return (new DirectoryTree(mount), content);
        }
        catch
        {
            mount.Dispose();
            throw;
        }
    }

    private static HttpClient Connect()
    {
        var made = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = true, MaxAutomaticRedirections = 10, ConnectTimeout = TimeSpan.FromSeconds(30) }) { Timeout = Timeout.InfiniteTimeSpan };
        made.DefaultRequestHeaders.UserAgent.ParseAdd("gantry");
        return made;
    }

    private async Task FetchAsync(Uri url, string directory, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        var tagFile = Path.Combine(directory, Tag);
        var tag = File.Exists(Path.Combine(directory, Content)) && File.Exists(tagFile) ? await File.ReadAllTextAsync(tagFile, cancellationToken).ConfigureAwait(false) : null;
        if (tag is { Length: > 0 })
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        }

        try
        {
            using var answer = await client.Value.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (answer.StatusCode == HttpStatusCode.NotModified)
            {
                return;
            }

            if (!answer.IsSuccessStatusCode)
            {
                throw new NotFoundException($"invalid response status {(int)answer.StatusCode} for {url}");
            }

            await StoreAsync(url, answer, directory, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new UnavailableException($"cannot download {url}: {e.Message}", e);
        }
    }

    private static async Task StoreAsync(Uri url, HttpResponseMessage answer, string directory, CancellationToken cancellationToken)
    {
        var (path, tagFile) = (Path.Combine(directory, Content), Path.Combine(directory, Tag));
        var temporary = path + ".new";
        try
        {
            await using (var file = File.Create(temporary))
            {
                await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
                var buffer = new byte[128 * 1024];
                int count;
                while ((count = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                {
                    await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                    if (file.Length > MostBytes)
                    {
                        throw new InvalidArgumentException($"{url} is larger than {MostBytes >> 30} GiB");
                    }
                }
            }

            File.SetLastWriteTimeUtc(temporary, answer.Content.Headers.LastModified?.UtcDateTime ?? DateTime.UtcNow);
            File.Delete(tagFile);
            File.Move(temporary, path, overwrite: true);
            await File.WriteAllTextAsync(tagFile, answer.Headers.ETag?.ToString() ?? "", cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static async Task<Digest> DigestAsync(HttpSource source, FileStream file, CancellationToken cancellationToken)
    {
        var wanted = source.Checksum is { } checksum ? Digest.Parse(checksum) : (Digest?)null;
        var hash = wanted?.Algorithm == "sha512" ? await SHA512.HashDataAsync(file, cancellationToken).ConfigureAwait(false) : await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false);
        var content = Digest.FromHash(hash);
        return wanted is null || content == wanted ? content : throw new InvalidArgumentException($"digest mismatch of {source.Url}: want {wanted}, got {content}");
    }
}
