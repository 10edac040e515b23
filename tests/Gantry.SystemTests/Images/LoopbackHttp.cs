using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gantry.SystemTests.Images;

/// <summary>HTTP servers of the test's own process, each on a port of loopback that nothing else has.</summary>
internal static class LoopbackHttp
{
    /// <summary>HttpListener would share a port within the process, and serve one test's clients by another's server.</summary>
    private static readonly ConcurrentDictionary<int, bool> s_taken = [];

    public static (HttpListener Listener, string Host) Listen()
    {
        while (true)
        {
            var port = FreePort();
            if (!s_taken.TryAdd(port, true)) continue;
            var (listener, host) = (new HttpListener(), $"127.0.0.1:{port}");
            listener.Prefixes.Add($"http://{host}/");
            try
            {
                listener.Start();
                return (listener, host);
            }
            catch (Exception e) when (e is HttpListenerException or SocketException)
            {
                // Somebody was quicker.
                listener.Close();
            }
        }
    }

    /// <summary>One that nobody listens on now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
