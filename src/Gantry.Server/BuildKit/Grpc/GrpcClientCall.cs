using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Gantry.Server.BuildKit.Wire;

namespace Gantry.Server.BuildKit.Grpc;

/// <summary>A call that we make.</summary>
internal sealed class GrpcClientCall : IAsyncDisposable
{
    private readonly HttpRequestMessage request;
    private readonly OpenContent body = new();
    private readonly Task<HttpResponseMessage> answer;
    private readonly CancellationTokenSource stop;
    private readonly SemaphoreSlim writing = new(1, 1);
    private HttpResponseMessage? response;
    private GrpcFrames? frames;

    public GrpcClientCall(HttpMessageInvoker invoker, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        this.request = request;
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        request.Content = body;
        answer = invoker.SendAsync(request, stop.Token);
    }

    /// <summary>The next message, which is valid until the one after it is read; null at the end, if the call ended well.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync()
    {
        try
        {
            if (frames is null)
            {
                response = await answer.ConfigureAwait(false);
                ThrowUnlessWell(response.Headers, isEnd: false);
                frames = new(await response.Content.ReadAsStreamAsync(stop.Token).ConfigureAwait(false));
            }

            if (await frames.ReadAsync(stop.Token).ConfigureAwait(false) is { } message)
            {
                return message;
            }
        }
        catch (Exception e) when (IsBroken(e))
        {
            throw new GrpcException(GrpcCode.Unavailable, "the client's session broke off: " + e.Message, default, e);
        }

        ThrowUnlessWell(response!.TrailingHeaders, isEnd: true);
        return null;
    }

    public async ValueTask WriteAsync(ProtoWriter message)
    {
        await writing.WaitAsync(stop.Token).ConfigureAwait(false);
        try
        {
            await GrpcFrames.WriteAsync(await OutputAsync().ConfigureAwait(false), message.Written, stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (IsBroken(e))
        {
            throw new GrpcException(GrpcCode.Unavailable, "the client takes no more: " + e.Message, default, e);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Sends the call's head, where nothing is written before something is read.</summary>
    public async ValueTask StartAsync()
    {
        try
        {
            await (await OutputAsync().ConfigureAwait(false)).FlushAsync(stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (IsBroken(e))
        {
            // Reading tells why.
        }
    }

    public void EndWriting() => body.End();

    /// <summary>Reads to the end: what it says of the call counts, also where the call takes no more before.</summary>
    public async ValueTask EndAsync()
    {
        body.End();
        while (await ReadAsync().ConfigureAwait(false) is not null)
        {
            // Nothing that matters comes after the last message.
        }
    }

    public async ValueTask DisposeAsync()
    {
        body.End();
        if (!answer.IsCompletedSuccessfully || frames is null)
        {
            await stop.CancelAsync().ConfigureAwait(false);
        }

        try
        {
            (response ?? await answer.ConfigureAwait(false)).Dispose();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // Whoever read was told.
        }

        request.Dispose();
        stop.Dispose();
    }

    /// <summary>The answer may come before all is written: a call that was refused takes no output.</summary>
    private async Task<Stream> OutputAsync()
    {
        if (await Task.WhenAny(body.Opened, answer).ConfigureAwait(false) == answer && !body.Opened.IsCompleted)
        {
            ThrowUnlessWell((await answer.ConfigureAwait(false)).Headers, isEnd: false);
        }

        return await body.Opened.WaitAsync(stop.Token).ConfigureAwait(false);
    }

    /// <summary>A request that was answered before it was sent is cancelled too, and not by us.</summary>
    private bool IsBroken(Exception failure) =>
        !stop.IsCancellationRequested && failure is (HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException);

    private void ThrowUnlessWell(HttpResponseHeaders headers, bool isEnd)
    {
        var code = headers.TryGetValues("grpc-status", out var values) ? int.Parse(values.First(), CultureInfo.InvariantCulture)
            : isEnd || response?.StatusCode is not (null or HttpStatusCode.OK) ? (int)GrpcCode.Internal
            : 0;
        if (code != 0)
        {
            var message = headers.TryGetValues("grpc-message", out var texts) ? GrpcText.Decode(texts.First()) : $"{request.RequestUri?.AbsolutePath} failed with code {code}";
            throw new GrpcException((GrpcCode)code, message);
        }
    }

    /// <summary>A body that is open until it is ended.</summary>
    private sealed class OpenContent : HttpContent
    {
        private readonly TaskCompletionSource<Stream> opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public OpenContent() => Headers.ContentType = new MediaTypeHeaderValue("application/grpc");

        public Task<Stream> Opened => opened.Task;

        public void End() => ended.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            opened.TrySetResult(stream);
            await ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
