using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gantry.Spec;

namespace Gantry.Client;

/// <summary>Where a daemon listens: <c>unix:///path</c> or <c>tcp://host:port</c>.</summary>
public sealed record DaemonAddress
{
    public const string DefaultSocket = "/run/gantry/gantry.sock";
    private const int DefaultPort = 2375;

    public static DaemonAddress Default { get; } = new($"unix://{DefaultSocket}", DefaultSocket, null, 0);

    private DaemonAddress(string text, string? socketPath, string? host, int port) =>
        (Text, SocketPath, Host, Port) = (text, socketPath, host, port);

    /// <summary>As the user wrote it; error messages name it.</summary>
    public string Text { get; }

    public string? SocketPath { get; }

    public string? Host { get; }

    public int Port { get; }

    /// <exception cref="InvalidArgumentException">The text is not an address a client can connect to.</exception>
    public static DaemonAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var separator = text.IndexOf("://", StringComparison.Ordinal);
        if (separator < 0) return ParseTcp($"tcp://{text}", text);
        var rest = text[(separator + 3)..];
        return text[..separator] switch
        {
            "unix" when rest.Length > 0 => new DaemonAddress(text, rest, null, 0),
            "tcp" or "http" => ParseTcp(text, rest),
            "unix" => Default,
            var scheme => throw new InvalidArgumentException($"Failed to initialize: unable to resolve docker endpoint: invalid bind address format: {text}: {scheme} is neither unix nor tcp"),
        };
    }

    internal Socket Connect()
    {
        if (SocketPath is not null)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            return Connected(socket, () => socket.Connect(new UnixDomainSocketEndPoint(SocketPath)));
        }

        var tcp = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        return Connected(tcp, () =>
        {
            if (IPAddress.TryParse(Host, out var address)) tcp.Connect(new IPEndPoint(address, Port));
            else tcp.Connect(Host!, Port);
        });
    }

    private static Socket Connected(Socket socket, Action connect)
    {
        try
        {
            connect();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static DaemonAddress ParseTcp(string text, string rest)
    {
        var authority = rest.TrimEnd('/');
        var colon = authority.LastIndexOf(':');
        if (colon < 0 || authority.EndsWith(']')) return new DaemonAddress(text, null, authority, DefaultPort);
        if (!int.TryParse(authority[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > ushort.MaxValue)
        {
            throw new InvalidArgumentException($"invalid port in host {text}");
        }

        return new DaemonAddress(text, null, authority[..colon].Trim('[', ']'), port);
    }
}
