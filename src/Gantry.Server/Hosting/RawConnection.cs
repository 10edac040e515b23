using System.IO.Pipelines;
using System.Net.Sockets;

namespace Gantry.Server.Hosting;

/// <summary>Both directions of a connection that speaks HTTP no more.</summary>
internal sealed class RawConnection(IDuplexPipe transport, Socket? socket) : IDuplexPipe, IAsyncDisposable
{
    public PipeReader Input => transport.Input;

    public PipeWriter Output => transport.Output;

    /// <summary>
    /// Whether the other side is gone altogether, not only done sending: an empty send fails then
    /// (unix(7): the peer's close shuts both directions of ours, its shutdown(SHUT_WR) only one).
    /// </summary>
    public bool IsPeerGone()
    {
        try
        {
            socket?.Send(ReadOnlySpan<byte>.Empty, SocketFlags.None);
            return false;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    /// <summary>Sends what is still buffered, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        await transport.Output.CompleteAsync().ConfigureAwait(false);
        await transport.Input.CompleteAsync().ConfigureAwait(false);
    }
}
