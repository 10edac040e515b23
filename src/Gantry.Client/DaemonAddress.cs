using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gantry.Spec;

namespace Gantry.Client;

/// <summary>Where a daemon listens: <c>unix:///path</c>, <c>tcp://host:port</c> or <c>ssh://user@host</c>.</summary>
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

    /// <summary>The machine whose daemon is reached by ssh.</summary>
    public SshHost? Ssh { get; private init; }

    /// <exception cref="InvalidArgumentException">The text is not an address a client can connect to.</exception>
    public static DaemonAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var separator = text.IndexOf("://", StringComparison.Ordinal);
        if (separator < 0) return ParseTcp(text);
        var rest = text[(separator + 3)..];
        return text[..separator] switch
        {
            "unix" when rest.Length > 0 => new DaemonAddress(text, rest, null, 0),
            "tcp" or "http" => ParseTcp(rest),
            "unix" => Default,
            "ssh" => new DaemonAddress(text, null, null, 0) { Ssh = SshHost.Parse(text) },
            var scheme => throw new InvalidArgumentException($"Failed to initialize: unable to resolve docker endpoint: invalid bind address format: {text}: {scheme} is neither unix nor tcp nor ssh"),
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

    private static DaemonAddress ParseTcp(string rest)
    {
        var port = DefaultPort;
        var authority = rest.TrimEnd('/');
        var colon = authority.LastIndexOf(':');
        var host = authority;
        if (colon >= 0 && !authority.EndsWith(']'))
        {
            host = authority[..colon];
            if (!int.TryParse(authority[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) || port > ushort.MaxValue)
            {
                throw new InvalidArgumentException($"invalid port in host {rest}");
            }
        }

        // What stands for any address of its own to a daemon is the loopback for a client.
        if (host.Length == 0) host = "127.0.0.1";
        return new DaemonAddress(string.Create(CultureInfo.InvariantCulture, $"tcp://{host}:{port}"), null, host.Trim('[', ']'), port);
    }
}
