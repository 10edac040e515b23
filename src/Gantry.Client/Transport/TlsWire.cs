using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Security.Authentication;
using Gantry.Spec;

namespace Gantry.Client.Transport;

internal sealed class TlsWire : Wire
{
    private readonly Socket _socket;
    private readonly SslStream _stream;
    private readonly string _address;
    private readonly bool _blocking;
    private bool _answered;

    /// <param name="address">As messages name it.</param>
    /// <exception cref="UnavailableException">One side does not trust the other, or the other does not speak TLS.</exception>
    public TlsWire(Socket socket, TlsHandshake handshake, string address, bool blocking)
    {
        (_socket, _address, _blocking) = (socket, address, blocking);
        _stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            _stream.AuthenticateAsClient(handshake.Options());
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            _stream.Dispose();
            throw new UnavailableException($"cannot connect to the daemon at {address} with TLS: {handshake.Problem ?? "it does not speak TLS, or wants other certificates"}", e);
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    public override bool IsStale => _socket.Poll(0, SelectMode.SelectRead);

    public override async ValueTask<int> ReceiveAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        try
        {
            var count = _blocking ? _stream.Read(destination.Span) : await _stream.ReadAsync(destination, cancellationToken).ConfigureAwait(false);
            if (count == 0 && !_answered) throw Broken(new EndOfStreamException());
            _answered = true;
            return count;
        }
        catch (IOException e)
        {
            throw Broken(e);
        }
    }

    public override async ValueTask SendAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        try
        {
            if (_blocking) _stream.Write(source.Span);
            else await _stream.WriteAsync(source, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw Broken(e);
        }
    }

    public override void ShutdownWrite()
    {
        try
        {
            _stream.ShutdownAsync().GetAwaiter().GetResult();
        }
        catch (IOException)
        {
            // The peer went first.
        }
    }

    public override void Dispose() => _stream.Dispose();

    /// <summary>With TLS 1.3 a client whose certificate is refused learns it from its first read.</summary>
    private UnavailableException Broken(IOException e)
    {
        if (!_answered) return new UnavailableException($"the daemon at {_address} ended the connection: it may want a client certificate (--tlscert and --tlskey)", e);
        ExceptionDispatchInfo.Throw(e.InnerException is SocketException inner ? inner : e);
        return null;
    }
}
