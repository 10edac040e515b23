using System.Net;
using System.Net.Sockets;

namespace Gantry.SystemTests.Images;

/// <summary>Passes bytes on to a registry. As Go's server takes whole addresses in requests, that makes it a proxy for HTTP too.</summary>
internal sealed class RegistryRelay : IDisposable
{
    private readonly TcpListener _listener;
    private readonly string _upstream;
    private int _connections;

    public RegistryRelay(IPAddress address, LocalRegistry registry)
    {
        _upstream = registry.Host;
        _listener = new TcpListener(address, 0);
        _listener.Start();
        _ = ServeAsync();
    }

    public string Host => _listener.LocalEndpoint.ToString()!;

    public int Connections => _connections;

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                Interlocked.Increment(ref _connections);
                _ = RelayAsync(client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test has ended.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(IPEndPoint.Parse(_upstream));
                await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream()), server.GetStream().CopyToAsync(client.GetStream()));
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // One side hung up.
            }
        }
    }
}
