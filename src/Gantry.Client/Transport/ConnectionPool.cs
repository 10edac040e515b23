using System.Net.Sockets;
using Gantry.Spec;

namespace Gantry.Client.Transport;

/// <summary>Idle connections to one daemon, newest first.</summary>
internal sealed class ConnectionPool(ClientOptions options) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Stack<DaemonConnection> _idle = new();
    private readonly DaemonProxy? _proxy = DaemonProxy.For(options);
    private bool _startTried;
    private bool _disposed;

    /// <param name="takenOver">It is to become a stream of both sides, which goes past a proxy as Docker's do.</param>
    public DaemonConnection Rent(bool takenOver)
    {
        if (takenOver && _proxy is not null) return Connect(takenOver);
        while (true)
        {
            DaemonConnection? connection;
            lock (_lock)
            {
                if (!_idle.TryPop(out connection)) break;
            }

            if (!connection.IsStale) return connection;
            connection.Dispose();
        }

        return Connect(takenOver);
    }

    public DaemonConnection Connect(bool takenOver)
    {
        try
        {
            return Open(takenOver);
        }
        catch (SocketException e) when (!_startTried && options.StartDaemon is not null && MeansNobodyListens(e))
        {
            _startTried = true;
            return options.StartDaemon(options.Address) ? Connect(takenOver) : throw Refusal(e);
        }
        catch (SocketException e)
        {
            throw Refusal(e);
        }
    }

    private DaemonConnection Open(bool takenOver)
    {
        if (options.Address.Ssh is { } ssh) return new(new SshWire(ssh, options.Blocking));
        // A Unix socket is its own protection.
        if (options.Tls is { } tls && options.Address.Host is { } host)
        {
            return new(new TlsWire(_proxy?.Tunnel() ?? options.Address.Connect(), new TlsHandshake(tls, host), options.Address.Text, options.Blocking));
        }

        var proxy = takenOver ? null : _proxy;
        return new(new SocketWire(proxy?.Connect() ?? options.Address.Connect(), options.Blocking)) { Proxy = proxy };
    }

    public void Return(DaemonConnection connection)
    {
        connection.Reused = true;
        lock (_lock)
        {
            if (!_disposed && !connection.HasBuffered)
            {
                _idle.Push(connection);
                return;
            }
        }

        connection.Dispose();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            while (_idle.TryPop(out var connection)) connection.Dispose();
        }
    }

    // ENOENT comes as AddressNotAvailable for Unix sockets.
    private static bool MeansNobodyListens(SocketException e) =>
        e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable || e.NativeErrorCode == 2;

    private GantryException Refusal(SocketException e) => e.SocketErrorCode is SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData
        ? new UnavailableException($"error during connect: {options.Address.Text}: dial tcp: lookup {options.Address.Host}: no such host", e)
        : e.SocketErrorCode == SocketError.AccessDenied
        ? new PermissionDeniedException($"permission denied while trying to connect to the daemon socket at {options.Address.Text}: {(options.Address.SocketPath is { } path ? $"dial unix {path}: connect: permission denied" : "connect: permission denied")}", e)
        : options.Address == DaemonAddress.Default
            ? new UnavailableException($"Cannot connect to the Gantry daemon at {options.Address.Text}. Is gantryd running?", e)
            : new UnavailableException($"Cannot connect to the Docker daemon at {options.Address.Text}. Is the docker daemon running?", e);
}
