using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Gantry.SystemTests.Infrastructure;

/// <summary>Docker's plug-in protocol on a Unix socket.</summary>
public sealed class PluginServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Func<string, JsonElement, string> _answer;
    private readonly string _socket;
    private readonly Task _serving;

    /// <param name="socket">Where the daemons find it.</param>
    /// <param name="answer">Gives the answer to a method's request; both are JSON.</param>
    public PluginServer(string socket, Func<string, JsonElement, string> answer)
    {
        (_socket, _answer) = (socket, answer);
        Directory.CreateDirectory(Path.GetDirectoryName(socket)!);
        File.Delete(socket);
        _listener.Bind(new UnixDomainSocketEndPoint(socket));
        _listener.Listen();
        _serving = ServeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving;
        File.Delete(_socket);
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }

    // Clients open connections ahead of their requests: none waits for another.
    private async Task ServeAsync(Socket connection)
    {
        try
        {
            await using var stream = new NetworkStream(connection, ownsSocket: true);
            await AnswerAsync(stream);
        }
        catch (IOException)
        {
            // The client went.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        var received = new List<byte>();
        var buffer = new byte[4096];
        int headEnd, length;
        while (true)
        {
            var count = await stream.ReadAsync(buffer);
            if (count == 0) return;
            received.AddRange(buffer[..count]);
            var head = Encoding.ASCII.GetString([.. received]);
            headEnd = head.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (headEnd < 0) continue;
            var field = head.Split("\r\n").FirstOrDefault(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
            length = field is null ? 0 : int.Parse(field.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
            if (received.Count >= headEnd + 4 + length) break;
        }

        var text = Encoding.UTF8.GetString([.. received]);
        var method = text.Split(' ')[1].TrimStart('/');
        using var json = JsonDocument.Parse(length > 0 ? text[(headEnd + 4)..] : "{}");
        var answer = Encoding.UTF8.GetBytes(_answer(method, json.RootElement));
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.plugins.v1.2+json\r\nContent-Length: {answer.Length}\r\nConnection: close\r\n\r\n"));
        await stream.WriteAsync(answer);
    }
}
