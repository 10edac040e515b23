using System.Net.Sockets;
using Gantry.Linux.Files;
using Gantry.Linux.Poll;

namespace Gantry.Build.Steps;

/// <summary>A socket of a RUN's own that leads to an agent's: the agent's belongs to its user, this one to whom the mount says.</summary>
internal sealed class AgentRelay : IDisposable
{
    private readonly string agent;
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource stop = new();

    /// <param name="agent">The agent's socket.</param>
    /// <param name="directory">Where this one is made; it is open as long as this is.</param>
    public AgentRelay(string agent, RootedDirectory directory, string name, uint mode, uint uid, uint gid)
    {
        this.agent = agent;
        listener.Bind(new UnixDomainSocketEndPoint(UnixSocket.ShortPath(directory.Descriptor, name)));
        directory.Chown(name, uid, gid);
        directory.Chmod(name, mode);
        listener.Listen();
        _ = AcceptAsync();
    }

    public void Dispose()
    {
        stop.Cancel();
        listener.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var token = stop.Token;
        try
        {
            while (true)
            {
                _ = RelayAsync(await listener.AcceptAsync(token).ConfigureAwait(false), token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The step is over.
        }
    }

    private async Task RelayAsync(Socket accepted, CancellationToken cancellationToken)
    {
        using var client = accepted;
        using var upstream = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await upstream.ConnectAsync(new UnixDomainSocketEndPoint(agent), cancellationToken).ConfigureAwait(false);
            await Task.WhenAll(CopyAsync(client, upstream, cancellationToken), CopyAsync(upstream, client, cancellationToken)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or IOException)
        {
            // One of both sides is gone; the other sees the end.
        }
    }

    private static async Task CopyAsync(Socket from, Socket into, CancellationToken cancellationToken)
    {
        await using var source = new NetworkStream(from);
        await using var target = new NetworkStream(into);
        await source.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
        into.Shutdown(SocketShutdown.Send);
    }
}
