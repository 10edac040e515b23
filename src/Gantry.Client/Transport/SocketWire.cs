using System.Net.Sockets;

namespace Gantry.Client.Transport;

internal sealed class SocketWire(Socket socket, bool blocking) : Wire
{
    public override bool IsStale => socket.Poll(0, SelectMode.SelectRead);

    public override ValueTask<int> ReceiveAsync(Memory<byte> destination, CancellationToken cancellationToken) =>
        blocking ? new ValueTask<int>(socket.Receive(destination.Span)) : socket.ReceiveAsync(destination, cancellationToken);

    public override async ValueTask SendAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        while (source.Length > 0)
        {
            var count = blocking ? socket.Send(source.Span) : await socket.SendAsync(source, cancellationToken).ConfigureAwait(false);
            source = source[count..];
        }
    }

    public override void ShutdownWrite()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // ENOTCONN: the peer went first; there is nothing left to close.
        }
    }

    public override void Dispose() => socket.Dispose();
}
