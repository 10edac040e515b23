using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gantry.Spec;

namespace Gantry.Client.Transport;

/// <summary>
/// The HTTP proxy that the environment names for a daemon on TCP: <c>HTTP_PROXY</c>, with TLS <c>HTTPS_PROXY</c>, but for the
/// hosts of <c>NO_PROXY</c> and this machine's own.
/// </summary>
internal sealed class DaemonProxy
{
    private const int HeadLimit = 16 * 1024;
    private readonly Uri _address;

    private DaemonProxy(Uri address, string authority) => (_address, Authority) = (address, authority);

    /// <summary>The daemon's host and port.</summary>
    public string Authority { get; }

    /// <summary>The value of <c>Proxy-Authorization</c>; null for a proxy that wants none.</summary>
    public string? Authorization => _address.UserInfo is { Length: > 0 } user
        ? "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(user)))
        : null;

    /// <summary>Null where the daemon is reached without one.</summary>
    /// <exception cref="UnsupportedException">It is no HTTP proxy.</exception>
    public static DaemonProxy? For(ClientOptions options)
    {
        if (options.Address.Host is not { } host || IsOwn(host)) return null;
        var daemon = new UriBuilder(options.Tls is null ? "http" : "https", host, options.Address.Port).Uri;
        var proxies = HttpClient.DefaultProxy;
        if (proxies.IsBypassed(daemon) || proxies.GetProxy(daemon) is not { } proxy) return null;
        return proxy.Scheme == "http"
            ? new DaemonProxy(proxy, string.Create(CultureInfo.InvariantCulture, $"{(daemon.HostNameType == UriHostNameType.IPv6 ? daemon.Host : daemon.IdnHost)}:{daemon.Port}"))
            : throw new UnsupportedException($"the proxy {Named(proxy)} is not supported: daemons are reached by http:// proxies, or without one if NO_PROXY has {host}");
    }

    /// <exception cref="UnavailableException">It does not answer.</exception>
    public Socket Connect()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(_address.IdnHost, _address.Port);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new UnavailableException($"error during connect: the proxy {Named(_address)} does not answer ({e.Message}): the environment names it for {Authority}, and NO_PROXY can say otherwise", e);
        }
    }

    /// <summary>Connects to the daemon through it.</summary>
    /// <exception cref="UnavailableException">It does not answer, or will not.</exception>
    public Socket Tunnel()
    {
        var socket = Connect();
        try
        {
            var authorization = Authorization is { } value ? $"Proxy-Authorization: {value}\r\n" : "";
            socket.Send(Encoding.ASCII.GetBytes($"CONNECT {Authority} HTTP/1.1\r\nHost: {Authority}\r\n{authorization}\r\n"));
            var status = ReadHead(socket).Split("\r\n")[0];
            return status.Split(' ') is [_, ['2', _, _], ..]
                ? socket
                : throw new UnavailableException($"error during connect: the proxy {Named(_address)} does not connect to {Authority}: {(status.Length > 0 ? status : "it ended the connection")}");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Byte for byte: what follows belongs to the daemon.</summary>
    private static string ReadHead(Socket socket)
    {
        var head = new StringBuilder();
        Span<byte> next = stackalloc byte[1];
        while (head.Length < HeadLimit && !head.ToString(Math.Max(0, head.Length - 4), Math.Min(4, head.Length)).EndsWith("\r\n\r\n", StringComparison.Ordinal) && socket.Receive(next) > 0)
        {
            head.Append((char)next[0]);
        }

        return head.ToString();
    }

    private static bool IsOwn(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>Without its password.</summary>
    private static string Named(Uri proxy) => $"{proxy.Scheme}://{proxy.Authority}";
}
