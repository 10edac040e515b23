using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Gantry.Spec;

namespace Gantry.Client.Transport;

/// <summary>
/// HTTP/1.1 to one daemon. The newest version is asked for without a ping; a daemon that is older says so in its
/// refusal, which has no side effect, and the request is repeated with that daemon's version.
/// </summary>
internal sealed class DaemonTransport(ClientOptions options) : IDisposable
{
    private readonly ConnectionPool _pool = new(options);
    private ApiVersion _version = options.Version ?? ApiVersion.Newest;
    private bool _agreed = options.Version is not null || options.Address == DaemonAddress.Default;

    /// <summary>The version in use, as far as it is known.</summary>
    public ApiVersion Version => _version;

    public async ValueTask<ApiVersion> NegotiateAsync(CancellationToken cancellationToken)
    {
        if (_agreed) return _version;
        using var response = await SendOnceAsync(new DaemonRequest("GET", "/_ping") { Unversioned = true }, cancellationToken).ConfigureAwait(false);
        await response.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        Agree(response.Head["Api-Version"]);
        return _version;
    }

    /// <summary>Sends a request; an answer of 400 and above is thrown.</summary>
    public async ValueTask<DaemonResponse> SendAsync(DaemonRequest request, CancellationToken cancellationToken)
    {
        var response = await SendRawAsync(request, cancellationToken).ConfigureAwait(false);
        if (!response.IsError) return response;
        using (response) throw await response.ReadErrorAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<DaemonResponse> SendRawAsync(DaemonRequest request, CancellationToken cancellationToken)
    {
        if (request.Content is not null && !_agreed) await NegotiateAsync(cancellationToken).ConfigureAwait(false);
        // Others may agree on a version while this is under way.
        var (asked, wasAgreed) = (_version, _agreed);
        var response = await SendOnceAsync(request, cancellationToken).ConfigureAwait(false);
        // Docker answers an address that it does not know without saying its version.
        if (wasAgreed || request.Unversioned || (response.Status == 404 && response.Head["Api-Version"] is null)) return response;
        Agree(response.Head["Api-Version"]);
        if (response.Status != 400 || _version == asked) return response;
        response.Dispose();
        return await SendOnceAsync(request, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<HijackedStream> HijackAsync(DaemonRequest request, CancellationToken cancellationToken)
    {
        var response = await SendAsync(request with { Hijack = true }, cancellationToken).ConfigureAwait(false);
        if (response.Status is 101 or 200) return response.TakeConnection();
        response.Dispose();
        throw new InternalException($"unable to upgrade to tcp, received {response.Status}");
    }

    public HijackedStream Dial() => new(_pool.Connect(takenOver: true), multiplexed: false);

    /// <summary>Writes a request without reading its answer yet, so that several can be under way on connections of their own.</summary>
    public async ValueTask<PendingResponse> BeginAsync(DaemonRequest request, CancellationToken cancellationToken)
    {
        var connection = _pool.Rent(request.Hijack);
        await WriteAsync(connection, request, cancellationToken).ConfigureAwait(false);
        return new PendingResponse(this, connection, request);
    }

    public void Dispose() => _pool.Dispose();

    internal async ValueTask<DaemonResponse> ReadResponseAsync(DaemonConnection connection, DaemonRequest request, CancellationToken cancellationToken)
    {
        ResponseHead? head;
        do
        {
            head = await ResponseHead.ReadAsync(connection, cancellationToken).ConfigureAwait(false)
                ?? throw new EndOfStreamException("the daemon closed the connection without an answer");
        }
        while (head.Status is >= 100 and < 200 and not 101);

        // What follows the head of a hijacked connection belongs to whoever takes it over.
        var hijacked = request.Hijack && head.Status is (101 or 200);
        return new DaemonResponse(connection, head, hijacked ? null : new ResponseBody(connection, _pool, head, request.Method == "HEAD"));
    }

    private void Agree(string? daemonVersion)
    {
        // Daemons before 1.24 are not spoken to, so an answer without the header is one with it removed by a proxy.
        if (daemonVersion is not null && ApiVersion.TryParse(daemonVersion, out var theirs) && theirs < _version) _version = theirs;
        _agreed = true;
    }

    private async ValueTask<DaemonResponse> SendOnceAsync(DaemonRequest request, CancellationToken cancellationToken)
    {
        var connection = _pool.Rent(request.Hijack);
        try
        {
            await WriteAsync(connection, request, cancellationToken).ConfigureAwait(false);
            return await ReadResponseAsync(connection, request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (connection.Reused && request.Method is ("GET" or "HEAD") && e is (SocketException or IOException))
        {
            connection.Dispose();
            connection = _pool.Connect(request.Hijack);
            await WriteAsync(connection, request, cancellationToken).ConfigureAwait(false);
            return await ReadResponseAsync(connection, request, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private async ValueTask WriteAsync(DaemonConnection connection, DaemonRequest request, CancellationToken cancellationToken)
    {
        var head = Encoding.UTF8.GetBytes(HeadOf(request, connection.Proxy));
        if (request.Json.Length > 0)
        {
            var whole = new byte[head.Length + request.Json.Length];
            head.CopyTo(whole, 0);
            request.Json.CopyTo(whole.AsMemory(head.Length));
            head = whole;
        }

        await connection.WriteAsync(head, cancellationToken).ConfigureAwait(false);
        if (request.Content is not null) await WriteChunksAsync(connection, request.Content, cancellationToken).ConfigureAwait(false);
    }

    private string HeadOf(DaemonRequest request, DaemonProxy? proxy)
    {
        var head = new StringBuilder(256);
        head.Append(request.Method).Append(' ');
        if (proxy is not null) head.Append("http://").Append(proxy.Authority);
        if (!request.Unversioned) head.Append(CultureInfo.InvariantCulture, $"/v{_version}");
        head.Append(request.Target).Append(" HTTP/1.1\r\nHost: ").Append(proxy?.Authority ?? options.Address.Host ?? "api.moby.localhost")
            .Append("\r\nUser-Agent: ").Append(options.UserAgent).Append("\r\n");
        if (proxy?.Authorization is { } authorization) head.Append("Proxy-Authorization: ").Append(authorization).Append("\r\n");
        if (request.Hijack) head.Append("Connection: Upgrade\r\nUpgrade: tcp\r\n");
        if (request.RegistryAuth is not null) head.Append("X-Registry-Auth: ").Append(request.RegistryAuth).Append("\r\n");
        foreach (var (name, value) in options.Headers.Where(header => !IsOurs(header.Key))) head.Append(name).Append(": ").Append(value).Append("\r\n");
        foreach (var (name, value) in request.Headers) head.Append(name).Append(": ").Append(value).Append("\r\n");
        if (request.Json.Length > 0 || request.Content is not null) head.Append("Content-Type: ").Append(request.ContentType).Append("\r\n");
        if (request.Content is not null) head.Append("Transfer-Encoding: chunked\r\n");
        else if (request.Json.Length > 0 || request.Method is "POST" or "PUT") head.Append(CultureInfo.InvariantCulture, $"Content-Length: {request.Json.Length}\r\n");
        return head.Append("\r\n").ToString();
    }

    private static bool IsOurs(string header) => header.ToUpperInvariant() is "HOST" or "USER-AGENT" or "CONNECTION" or "UPGRADE" or "X-REGISTRY-AUTH" or "CONTENT-TYPE" or "TRANSFER-ENCODING" or "CONTENT-LENGTH";

    private static async ValueTask WriteChunksAsync(DaemonConnection connection, Stream content, CancellationToken cancellationToken)
    {
        const int HeadRoom = 8;
        var buffer = new byte[HeadRoom + (64 * 1024) + 2];
        while (true)
        {
            var count = await content.ReadAsync(buffer.AsMemory(HeadRoom, buffer.Length - HeadRoom - 2), cancellationToken).ConfigureAwait(false);
            if (count == 0) break;
            var size = Encoding.ASCII.GetBytes(count.ToString("x6", CultureInfo.InvariantCulture) + "\r\n");
            size.CopyTo(buffer, 0);
            buffer[HeadRoom + count] = (byte)'\r';
            buffer[HeadRoom + count + 1] = (byte)'\n';
            if (!await TryWriteAsync(connection, buffer.AsMemory(0, HeadRoom + count + 2), cancellationToken).ConfigureAwait(false)) return;
        }

        await TryWriteAsync(connection, "0\r\n\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>False where the daemon refused in the middle of the upload; its answer, which is read next, says why.</summary>
    private static async ValueTask<bool> TryWriteAsync(DaemonConnection connection, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await connection.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }
}
