using System.Collections.Concurrent;
using System.Net;

namespace Gantry.SystemTests.Images;

/// <summary>Stands between a client and a registry and does what networks do: cuts, waits, refuses, counts.</summary>
internal sealed class FaultProxy : IDisposable
{
    private readonly HttpListener _listener;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private readonly string _upstream;
    private long _sent;
    private long _received;
    private int _open;

    public FaultProxy(LocalRegistry registry)
    {
        _upstream = registry.Host;
        (_listener, Host) = LoopbackHttp.Listen();
        _ = ServeAsync();
    }

    public string Host { get; }

    /// <summary>What to do with a request; null is nothing.</summary>
    public Func<HttpListenerRequest, Fault?> Meet { get; set; } = _ => null;

    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Bytes of blobs sent to clients.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Bytes of uploads taken from clients.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>How many requests for blobs were under way at once, at most.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>Uploads wait until so many requests for blobs have been under way at once, each for at most 20 s.</summary>
    public int Gather { get; init; }

    public void Dispose()
    {
        _listener.Close();
        _http.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                _ = Task.Run(() => GuardedAsync(context));
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task GuardedAsync(HttpListenerContext context)
    {
        using var count = new Count(this, IsBlob(context.Request));
        try
        {
            for (var wait = 0; wait < 400 && context.Request.HttpMethod == "PUT" && MostAtOnce < Gather; wait++) await Task.Delay(50);
            await RelayAsync(context, count);
        }
        catch (Exception e) when (e is HttpListenerException or HttpRequestException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Where nothing was sent yet, the listener says this before it hangs up; it would say 200 else.
            if (!context.Response.SendChunked && context.Response.ContentLength64 == 0) context.Response.StatusCode = 502;
            count.Dispose();
            context.Response.Abort();
        }
    }

    private async Task RelayAsync(HttpListenerContext context, Count count)
    {
        var asked = context.Request;
        // The listener takes what is left of a body that was cut for the next request.
        context.Response.KeepAlive = false;
        Requests.Enqueue($"{asked.HttpMethod} {asked.Url!.PathAndQuery}");
        var fault = Meet(asked);
        if (fault?.Wait is { } wait) await Task.Delay(wait);
        if (fault?.Status is { } status)
        {
            context.Response.StatusCode = status;
            if (fault.RetryAfter is { } seconds) context.Response.Headers["Retry-After"] = $"{seconds}";
            count.Dispose();
            context.Response.Close();
            return;
        }

        using var request = new HttpRequestMessage(new HttpMethod(asked.HttpMethod), $"http://{_upstream}{asked.RawUrl}");
        if (asked.HasEntityBody)
        {
            var limit = fault?.CutUpload;
            var body = new CountingStream(asked.InputStream, read =>
            {
                Interlocked.Add(ref _received, read);
                if (limit is not null && (limit -= read) < 0) throw new IOException("cut");
            });
            request.Content = new StreamContent(body);
            if (asked.ContentLength64 >= 0) request.Content.Headers.ContentLength = asked.ContentLength64;
        }

        foreach (var name in asked.Headers.AllKeys)
        {
            if (!request.Headers.TryAddWithoutValidation(name!, asked.Headers[name]) && name != "Content-Length") request.Content?.Headers.TryAddWithoutValidation(name!, asked.Headers[name]);
        }

        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var response = context.Response;
        response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (name is not ("Content-Length" or "Transfer-Encoding" or "Connection" or "Date")) response.Headers[name] = string.Join(", ", values);
        }

        if (asked.HttpMethod == "HEAD")
        {
            count.Dispose();
            response.Close();
            return;
        }

        if (answer.Content.Headers.ContentLength is null) await answer.Content.LoadIntoBufferAsync();
        response.ContentLength64 = answer.Content.Headers.ContentLength ?? 0;
        await using var content = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[16 * 1024];
        var left = fault?.Cut ?? long.MaxValue;
        var unsent = response.ContentLength64;
        if (unsent == 0) count.Dispose();
        int read;
        while ((read = await content.ReadAsync(buffer)) > 0)
        {
            var length = (int)Math.Min(read, left);
            if ((unsent -= length) == 0) count.Dispose();
            await response.OutputStream.WriteAsync(buffer.AsMemory(0, length));
            if (IsBlob(asked)) Interlocked.Add(ref _sent, length);
            left -= length;
            if (left == 0)
            {
                await response.OutputStream.FlushAsync();
                await Task.Delay(50);
                response.Abort();
                return;
            }
        }

        response.Close();
    }

    private static bool IsBlob(HttpListenerRequest request) => request.Url!.AbsolutePath.Contains("/blobs/", StringComparison.Ordinal);

    /// <summary>One request for a blob under way: until just before its client can know that it has ended.</summary>
    private sealed class Count : IDisposable
    {
        private readonly FaultProxy _proxy;

        private bool _counted;

        public Count(FaultProxy proxy, bool counted)
        {
            _proxy = proxy;
            _counted = counted;
            if (!counted) return;
            lock (proxy._http) proxy.MostAtOnce = Math.Max(proxy.MostAtOnce, ++proxy._open);
        }

        public void Dispose()
        {
            if (!_counted) return;
            _counted = false;
            lock (_proxy._http) _proxy._open--;
        }
    }

    private sealed class CountingStream(Stream inner, Action<int> count) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int length)
        {
            var read = inner.Read(buffer, offset, length);
            count(read);
            return read;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            count(read);
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int length) => throw new NotSupportedException();
    }
}

/// <param name="Cut">Bytes of the answer after which the connection breaks.</param>
/// <param name="CutUpload">Bytes of the request after which it breaks.</param>
internal sealed record Fault(int? Status = null, int? RetryAfter = null, long? Cut = null, long? CutUpload = null, TimeSpan? Wait = null);
