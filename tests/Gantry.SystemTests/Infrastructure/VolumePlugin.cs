using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Gantry.SystemTests.Infrastructure;

/// <summary>A volume plug-in as storage vendors write them: Docker's protocol on a Unix socket, volumes as directories.</summary>
public sealed class VolumePlugin : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly List<string> _calls = [];
    private readonly string _directory;
    private readonly string _socket;
    private readonly Task _serving;

    /// <param name="socket">Where the daemons find it.</param>
    /// <param name="directory">Where its volumes are, under the same path for the daemons.</param>
    public VolumePlugin(string socket, string directory)
    {
        (_socket, _directory) = (socket, directory);
        Directory.CreateDirectory(Path.GetDirectoryName(socket)!);
        File.Delete(socket);
        _listener.Bind(new UnixDomainSocketEndPoint(socket));
        _listener.Listen();
        _serving = ServeAsync();
    }

    /// <summary>Methods and volume names in the order they came.</summary>
    public string[] Calls
    {
        get { lock (_calls) return [.. _calls]; }
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
        var name = "";
        if (length > 0)
        {
            using var json = JsonDocument.Parse(text[(headEnd + 4)..]);
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("Name", out var given)) name = given.GetString() ?? "";
        }

        lock (_calls) _calls.Add($"{method} {name}".Trim());
        var answer = Encoding.UTF8.GetBytes(Answer(method, name));
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.plugins.v1.2+json\r\nContent-Length: {answer.Length}\r\nConnection: close\r\n\r\n"));
        await stream.WriteAsync(answer);
    }

    private string Answer(string method, string name)
    {
        var path = Path.Combine(_directory, name);
        switch (method)
        {
            case "Plugin.Activate":
                return "{\"Implements\":[\"VolumeDriver\"]}";
            case "VolumeDriver.Capabilities":
                return "{\"Capabilities\":{\"Scope\":\"global\"}}";
            case "VolumeDriver.Create" when name.EndsWith("-refused", StringComparison.Ordinal):
                return "{\"Err\":\"no room for it\"}";
            case "VolumeDriver.Create":
                Directory.CreateDirectory(path);
                return "{}";
            case "VolumeDriver.Remove":
                Directory.Delete(path, recursive: true);
                return "{}";
            case "VolumeDriver.Get":
                return Directory.Exists(path) ? $"{{\"Volume\":{{\"Name\":\"{name}\",\"Mountpoint\":\"{path}\",\"Status\":{{\"state\":\"fine\"}}}}}}" : "{\"Err\":\"no such volume\"}";
            case "VolumeDriver.List":
                return $"{{\"Volumes\":[{string.Join(',', Directory.EnumerateDirectories(_directory).Select(d => $"{{\"Name\":\"{Path.GetFileName(d)}\"}}"))}]}}";
            case "VolumeDriver.Mount" or "VolumeDriver.Path":
                return $"{{\"Mountpoint\":\"{path}\"}}";
            default:
                return "{}";
        }
    }
}
