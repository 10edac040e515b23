using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Gantry.Engine.Backends;
using Gantry.Server.Hosting;
using Gantry.Server.Http;
using Gantry.Spec;

namespace Gantry.Server.Streams;

/// <summary>Attach over a websocket (RFC 6455): binary messages, text ones before API 1.28.</summary>
internal static class WebSocketAnswer
{
    // RFC 6455, section 1.3.
    private const string HandshakeSalt = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private const int ChunkSize = 16 * 1024;

    public static void RequireHandshake(ApiRequest request)
    {
        if (!string.Equals(request.Http.Request.Headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase)
            || string.IsNullOrEmpty(request.Http.Request.Headers.SecWebSocketKey))
        {
            throw new InvalidArgumentException("this endpoint is a websocket: the request must ask to upgrade to one");
        }
    }

    public static void Give(ApiRequest request, AttachSession session)
    {
        var head = Head(request.Http.Request.Headers.SecWebSocketKey.ToString(), request.Http.Request.Headers.SecWebSocketProtocol.ToString());
        var messages = request.Version.IsBefore(28) ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
        request.Hijack().Take(request.Http, async connection =>
        {
            await using (session)
            {
                await connection.SendFirstAsync(head).ConfigureAwait(false);
                await RunAsync(connection, session, messages).ConfigureAwait(false);
            }
        });
    }

    // SHA-1 is what the protocol asks for; it protects nothing.
#pragma warning disable CA5350
    private static byte[] Head(string key, string protocol) =>
        Encoding.ASCII.GetBytes(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Accept: {Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + HandshakeSalt)))}\r\n"
            + (protocol.Length > 0 ? $"Sec-WebSocket-Protocol: {protocol.Split(',')[0].Trim()}\r\n" : "")
            + "\r\n");
#pragma warning restore CA5350

    private static async Task RunAsync(RawConnection connection, AttachSession session, WebSocketMessageType messages)
    {
        await using var stream = new DuplexPipeStream(connection);
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.Zero });
        using var ended = new CancellationTokenSource();
        var input = ReceiveAsync(socket, session, ended);
        try
        {
            await SendAsync(socket, session, messages, ended.Token).ConfigureAwait(false);
            await session.Ended.WaitAsync(ended.Token).ConfigureAwait(false);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, ended.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Either side has gone: the session is over.
        }

        await ended.CancelAsync().ConfigureAwait(false);
        await input.ConfigureAwait(false);
    }

    private static async Task SendAsync(WebSocket socket, AttachSession session, WebSocketMessageType type, CancellationToken cancellationToken)
    {
        var demultiplexed = new DemultiplexedStream(session.Output);
        var buffer = new byte[ChunkSize];
        while (true)
        {
            var length = session.IsTerminal
                ? await session.Output.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)
                : await demultiplexed.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (length == 0)
            {
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, length), type, endOfMessage: true, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task ReceiveAsync(WebSocket socket, AttachSession session, CancellationTokenSource ended)
    {
        var buffer = new byte[ChunkSize];
        var passed = new List<byte>();
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), ended.Token).ConfigureAwait(false);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                if (session.Input is { } input)
                {
                    passed.Clear();
                    if (session.DetachKeys?.Filter(buffer.AsSpan(0, received.Count), passed) == true)
                    {
                        session.Detached();
                        await ended.CancelAsync().ConfigureAwait(false);
                        return;
                    }

                    await input.WriteAsync(session.IsTerminal ? passed.ToArray() : buffer.AsMemory(0, received.Count), ended.Token).ConfigureAwait(false);
                    await input.FlushAsync(ended.Token).ConfigureAwait(false);
                }
            }

            await session.CloseInputAsync(ended.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The same end, seen from here.
        }

        await ended.CancelAsync().ConfigureAwait(false);
    }
}
