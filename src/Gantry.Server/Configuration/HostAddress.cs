using System.Net;
using System.Net.Sockets;
using Gantry.Spec;

namespace Gantry.Server.Configuration;

/// <summary>Where the daemon listens: a Unix socket's path, an address of TCP, or sockets that the service manager holds.</summary>
/// <param name="Descriptor">With <c>fd://</c>: the number or the name of one socket, or empty for all that were passed.</param>
internal sealed record HostAddress(string? Path, IPEndPoint? EndPoint, string? Descriptor = null)
{
    private const int NoPort = 0;
    private const int PlainPort = 2375;
    private const int TlsPort = 2376;

    public override string ToString() => Path is not null ? $"unix://{Path}" : EndPoint is not null ? $"tcp://{EndPoint}" : $"fd://{Descriptor}";

    /// <summary>With the port that is Docker's custom where none was given.</summary>
    public HostAddress WithPort(bool isEncrypted) =>
        EndPoint is { Port: NoPort } ? this with { EndPoint = new IPEndPoint(EndPoint.Address, isEncrypted ? TlsPort : PlainPort) } : this;

    /// <summary><c>unix:///path</c>, <c>/path</c>, <c>tcp://[host][:port]</c>, <c>[host]:port</c> or <c>fd://[number or name]</c>.</summary>
    public static HostAddress Parse(string text)
    {
        if (text.StartsWith("unix://", StringComparison.Ordinal) || text.StartsWith('/'))
        {
            var path = text.StartsWith('/') ? text : text["unix://".Length..];
            return path.StartsWith('/')
                ? new HostAddress(path, null)
                : throw new InvalidArgumentException($"invalid host \"{text}\": the path of a Unix socket must be absolute");
        }

        if (text.StartsWith("tcp://", StringComparison.Ordinal))
        {
            return new HostAddress(null, EndPointOf(text, text["tcp://".Length..].TrimEnd('/')));
        }

        return text.StartsWith("fd://", StringComparison.Ordinal) ? new HostAddress(null, null, text["fd://".Length..].TrimStart('*'))
            : text.Contains(':', StringComparison.Ordinal) && !text.Contains("//", StringComparison.Ordinal) ? new HostAddress(null, EndPointOf(text, text))
            : throw new InvalidArgumentException($"invalid host \"{text}\": unix:///path, tcp://address:port and fd:// are supported");
    }

    private static IPEndPoint EndPointOf(string text, string address)
    {
        if (address.Length == 0)
        {
            return new(IPAddress.Loopback, NoPort);
        }

        if (IPEndPoint.TryParse(address, out var endPoint))
        {
            return endPoint;
        }

        var colon = address.LastIndexOf(':');
        var (name, digits) = colon < 0 ? (address, "0") : (address[..colon], address[(colon + 1)..]);
        if (!ushort.TryParse(digits, out var port))
        {
            throw new InvalidArgumentException($"invalid host \"{text}\": {digits} is no port");
        }

        try
        {
            return new(name.Length == 0 ? IPAddress.Any : Dns.GetHostAddresses(name)[0], port);
        }
        catch (SocketException e)
        {
            throw new InvalidArgumentException($"invalid host \"{text}\": there is no machine \"{name}\": {e.Message}", e);
        }
    }
}
