using System.Net;
using Gantry.Spec;

namespace Gantry.Server.Configuration;

/// <summary>Where the daemon listens: a Unix socket's path, or an address of TCP.</summary>
internal sealed record HostAddress(string? Path, IPEndPoint? EndPoint)
{
    private const int PlainPort = 2375;

    public override string ToString() => Path is null ? $"tcp://{EndPoint}" : $"unix://{Path}";

    /// <summary><c>unix:///path</c>, <c>/path</c> or <c>tcp://address[:port]</c>.</summary>
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
            var address = text["tcp://".Length..].TrimEnd('/');
            if (IPEndPoint.TryParse(address, out var endPoint))
            {
                return new HostAddress(null, endPoint.Port == 0 ? new IPEndPoint(endPoint.Address, PlainPort) : endPoint);
            }

            throw new InvalidArgumentException($"invalid host \"{text}\": tcp:// takes an IP address and a port, as in tcp://127.0.0.1:{PlainPort}");
        }

        throw new InvalidArgumentException($"invalid host \"{text}\": unix:///path and tcp://address:port are supported");
    }
}
