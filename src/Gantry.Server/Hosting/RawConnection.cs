using System.IO.Pipelines;
using System.Net.Sockets;
using Gantry.Engine.Host;

namespace Gantry.Server.Hosting;

/// <summary>Both directions of a connection that speaks HTTP no more.</summary>
internal sealed class RawConnection(IDuplexPipe transport, Socket? socket) : IDuplexPipe, IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan HeadPatience = TimeSpan.FromMilliseconds(500);

    public PipeReader Input => transport.Input;

    public PipeWriter Output => transport.Output;

    /// <summary>Sends what comes before anything else, and notes that it is to be read alone.</summary>
    public async ValueTask SendFirstAsync(ReadOnlyMemory<byte> head)
    {
        if (socket?.AddressFamily == AddressFamily.Unix)
        {
            await socket.SendAsync(head, SocketFlags.None).ConfigureAwait(false);
        }
        else
        {
            await transport.Output.WriteAsync(head).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Waits until the client has read the head. Some read it through a buffer and then go on without that buffer:
    /// what came together with the head would be lost to them.
    /// </summary>
    public async ValueTask FirstReadAsync(CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; socket?.AddressFamily == AddressFamily.Unix && waited < HeadPatience && !HostSocket.IsRead(socket); waited += Pause)
        {
            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

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
